package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntryTest {
    /** Holds any time, which the file systems of most disks do not. */
    private static final Path IN_MEMORY = Path.of("/dev/shm");

    @Test
    void aTimeThatNoReaderKnowsIsTheNearestThatAllKnow() {
        assertThat(entry(Instant.MAX).modified()).hasToString("9999-12-31T23:59:59Z");
        assertThat(entry(Instant.parse("+12000-01-01T00:00:00Z")).modified()).isEqualTo(Entry.LATEST);
        assertThat(entry(Instant.parse("0000-12-31T23:59:59Z")).modified()).hasToString("0001-01-01T00:00:00Z");
        assertThat(entry(Instant.MIN).modified()).isEqualTo(Entry.EARLIEST);
        assertThat(entry(Instant.EPOCH).modified()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void aFileOfSuchATimeIsListedAndAnotherSuchTimeIsAnotherVersion() throws Exception {
        assumeTrue(Files.isWritable(IN_MEMORY), "there is no file system in memory at " + IN_MEMORY);
        Path root = Files.createTempDirectory(IN_MEMORY, "quarry-entry-test");
        Path file = Files.createFile(root.resolve("a.txt"));
        try {
            Entry one = listed(root, file, Instant.parse("+12000-01-01T00:00:00Z"));
            Entry other = listed(root, file, Instant.parse("+12000-01-01T00:00:01Z"));
            assertThat(one.modified()).isEqualTo(other.modified()).isEqualTo(Entry.LATEST);
            assertThat(one.version()).isNotEqualTo(other.version());
        } finally {
            Files.delete(file);
            Files.delete(root);
        }
    }

    private static Entry listed(Path root, Path file, Instant modified) throws Exception {
        // The JDK sets none behind the year 2262.
        assertThat(new ProcessBuilder("touch", "-d", "@" + modified.getEpochSecond(), file.toString())
                        .start()
                        .waitFor())
                .isZero();
        FilesystemTestStore store = FilesystemTestStore.of(root);
        return new FilesystemStoreLister(store.root(), store.calls())
                .list(KeyBytes.EMPTY, Optional.empty(), 10)
                .files()
                .get(0);
    }

    private static Entry entry(Instant modified) {
        return new Entry(KeyBytes.utf8("a"), 1, modified, "v", false, null);
    }
}
