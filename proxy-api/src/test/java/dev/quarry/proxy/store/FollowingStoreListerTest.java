package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** All that holds of directories holds where links are followed, too. */
class FollowingStoreListerTest extends FilesystemStoreListerTest {
    @Override
    protected StoreLister lister() {
        return FilesystemTestStore.of(root, true, true).lister();
    }

    @Test
    @Override
    void linksPipesAndDevicesAreWarningsAndNotFiles() throws IOException {
        put(KeyBytes.utf8("real/file"), 1);
        Files.createSymbolicLink(root.resolve("device"), java.nio.file.Path.of("/dev/null"));
        Files.createSymbolicLink(root.resolve("link"), root.resolve("real/file"));
        Listing listing = all(KeyBytes.EMPTY, 10);
        assertThat(names(listing)).containsExactly(KeyBytes.utf8("link"));
        assertThat(listing.warnings()).singleElement().asString().contains("'device' leads out");
    }
}
