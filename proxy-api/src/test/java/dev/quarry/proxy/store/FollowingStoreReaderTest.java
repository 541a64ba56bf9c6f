package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** All that holds of files holds where links are followed, too. */
class FollowingStoreReaderTest extends FilesystemStoreReaderTest {
    @Override
    protected StoreReader reader() {
        return FilesystemTestStore.of(root, true, true).reader();
    }

    @Override
    protected StoreLister lister() {
        return FilesystemTestStore.of(root, true, true).lister();
    }

    @Test
    @Override
    void aLinkPutInPlaceOfAFileOrFolderIsNotFollowed() throws IOException {
        KeyBytes key = KeyBytes.utf8("folder/file");
        put(key, "x");
        Map<KeyBytes, Entry> listed = listed();
        String version = Objects.requireNonNull(listed.get(key)).version();
        Path outside = Files.createTempDirectory("outside");
        Files.writeString(outside.resolve("file"), "x");
        Files.delete(root.resolve("folder/file"));
        Files.createSymbolicLink(root.resolve("folder/file"), outside.resolve("file"));
        assertThatThrownBy(() -> read(key, version, Optional.empty()))
                .isInstanceOf(GoneFromStoreException.class)
                .hasMessageContaining("leads out");
        assertThat(listed()).isEmpty();
    }
}
