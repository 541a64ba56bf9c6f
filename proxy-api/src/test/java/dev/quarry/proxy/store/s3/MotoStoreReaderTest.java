package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.store.ArchivedException;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.MotoServer;
import dev.quarry.proxy.store.RemoteReaderContract;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.RestoreRequest;
import software.amazon.awssdk.services.s3.model.StorageClass;

@EnabledIf(
        value = "dev.quarry.proxy.store.MotoServer#isInstalled",
        disabledReason = "there is no moto for the emulated S3; ./quarry setup installs it where Python is")
class MotoStoreReaderTest extends RemoteReaderContract {
    private final MotoServer server = MotoServer.shared();
    private final S3TestStore store = new S3TestStore(server, "");

    @Override
    protected S3TestStore store() {
        return store;
    }

    @Override
    protected List<KeyBytes> oddKeys() {
        return OddKeysOfBucketsTest.KEYS;
    }

    @Test
    void anArchivedObjectIsArchivedUntilItIsRestored() throws IOException {
        server.client()
                .putObject(
                        request -> request.bucket(store.bucket).key("a").storageClass(StorageClass.DEEP_ARCHIVE),
                        RequestBody.fromString("frozen"));
        Entry entry = Objects.requireNonNull(listed().get(KeyBytes.utf8("a")));
        assertThatThrownBy(() -> read(KeyBytes.utf8("a"), entry.version(), Optional.empty()))
                .isInstanceOf(ArchivedException.class);
        server.client()
                .restoreObject(request -> request.bucket(store.bucket)
                        .key("a")
                        .restoreRequest(RestoreRequest.builder().days(1).build()));
        assertThat(read(KeyBytes.utf8("a"), entry.version(), Optional.empty())).isEqualTo("frozen");
    }
}
