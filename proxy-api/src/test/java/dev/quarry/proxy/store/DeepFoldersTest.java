package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way down to a folder takes a call for each name: over a slow network longer than a file system may be silent. */
class DeepFoldersTest {
    private static final KeyBytes DEEP = KeyBytes.utf8("a/b/c");

    @TempDir
    Path root = Path.of("set by JUnit");

    private final CallProgress progress =
            new CallProgress(FilesystemKernel.OF_THIS_MACHINE, DEEP, Duration.ofSeconds(1));

    @BeforeEach
    void untilItIsSilent() throws IOException {
        Files.createDirectories(root.resolve("a/b/c"));
        Eventually.holds("nothing was heard of the call for long", progress::isSilent);
    }

    @Test
    void eachFolderOnTheWayIsProgress() throws IOException {
        List<KeyBytes> names = DEEP.names();
        try (FilesystemFolder open =
                FilesystemTestStore.of(root.toRealPath()).root().open(names, DEEP, progress)) {
            assertThat(open.isElsewhere()).isFalse();
            assertThat(progress.isSilent()).isFalse();
        }
    }

    @Test
    void eachNameThatIsLookedAtAsALinkIsProgress() throws IOException {
        assertThat(FilesystemTestStore.of(root.toRealPath(), true, true)
                        .root()
                        .target(DEEP, progress)
                        .names())
                .hasSize(3);
        assertThat(progress.isSilent()).isFalse();
    }
}
