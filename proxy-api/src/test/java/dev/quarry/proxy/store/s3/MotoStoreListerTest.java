package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.MotoServer;
import dev.quarry.proxy.store.StoreTrial;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.RestoreRequest;
import software.amazon.awssdk.services.s3.model.StorageClass;

@EnabledIf(
        value = "dev.quarry.proxy.store.MotoServer#isInstalled",
        disabledReason = "there is no moto for the emulated S3; ./quarry setup installs it where Python is")
class MotoStoreListerTest extends BucketListerContract {
    private final MotoServer server = MotoServer.shared();
    private final S3TestStore store = new S3TestStore(server, "");

    @Override
    protected S3TestStore store() {
        return store;
    }

    @Override
    protected List<KeyBytes> oddNames() {
        return List.of(
                KeyBytes.utf8("gr\u00fcn \u65e5\ud83d\ude00"),
                KeyBytes.utf8("100%41"),
                KeyBytes.utf8("a+b%2Fc"),
                KeyBytes.utf8("-rf *?#"),
                KeyBytes.utf8("\u0001\n\r\t\u007f"),
                KeyBytes.utf8("."),
                KeyBytes.utf8(".."),
                KeyBytes.utf8("k".repeat(1_024)));
    }

    @Test
    void archivedObjectsAreToldByTheListingAndRestoredOnesAreReadable() throws IOException {
        put("standard", StorageClass.STANDARD);
        put("instant", StorageClass.GLACIER_IR);
        put("glacier", StorageClass.GLACIER);
        put("deep", StorageClass.DEEP_ARCHIVE);
        put("restored", StorageClass.GLACIER);
        server.client()
                .restoreObject(request -> request.bucket(store.bucket)
                        .key("restored")
                        .restoreRequest(RestoreRequest.builder().days(1).build()));
        assertThat(archived())
                .isEqualTo(
                        Map.of("standard", false, "instant", false, "glacier", true, "deep", true, "restored", false));
        assertThat(StoreTrial.listAndRead(store.lister(), store.reader()))
                .filteredOn(check -> check.name().equals("archive"))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.ok()).isFalse();
                    assertThat(check.detail()).startsWith("2 of 5 files");
                });
    }

    @Test
    void onlyTheNewestVersionOfAnObjectIsAFileAndNoneAfterItsDeletion() throws IOException {
        server.client()
                .putBucketVersioning(request -> request.bucket(store.bucket)
                        .versioningConfiguration(state -> state.status(BucketVersioningStatus.ENABLED)));
        put(KeyBytes.utf8("a"), 1);
        put(KeyBytes.utf8("a"), 2);
        put(KeyBytes.utf8("b"), 1);
        remove(KeyBytes.utf8("b"));
        List<Entry> files = all(KeyBytes.EMPTY, 1).files();
        assertThat(files).hasSize(1);
        assertThat(files.get(0).size()).isEqualTo(2);
    }

    private void put(String key, StorageClass storageClass) {
        server.client()
                .putObject(
                        request -> request.bucket(store.bucket).key(key).storageClass(storageClass),
                        RequestBody.fromString("x"));
    }

    private Map<String, Boolean> archived() throws IOException {
        return all(KeyBytes.EMPTY, 10).files().stream()
                .collect(Collectors.toMap(entry -> entry.name().toString(), Entry::archived));
    }
}
