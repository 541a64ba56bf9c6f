package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tenant owns what lies between the root that it was granted and its store: turning that into links must open nobody else's files. */
class TurnedRootTest {
    @TempDir
    Path machine = Path.of("set by JUnit");

    private Path granted = Path.of("");
    private Path between = Path.of("");
    private Path others = Path.of("");

    @BeforeEach
    void write() throws IOException {
        granted = Files.createDirectories(machine.toRealPath().resolve("granted"));
        between = granted.resolve("between");
        others = machine.toRealPath().resolve("others");
        Files.createDirectories(between.resolve("store"));
        Files.writeString(between.resolve("store/mine"), "mine");
        Files.createDirectories(others.resolve("store"));
        Files.writeString(others.resolve("store/secret"), "secret");
    }

    @Test
    void aStoreWhoseFolderAboveHasBecomeALinkIsNotOpened() throws IOException {
        FilesystemTestStore store = store();
        assertThat(store.lister().list(KeyBytes.EMPTY, Optional.empty(), 10).files())
                .hasSize(1);
        Files.move(between, machine.resolve("aside"));
        Files.createSymbolicLink(between, others);
        assertThatThrownBy(() -> store.lister().list(KeyBytes.EMPTY, Optional.empty(), 10))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void nothingOfOthersIsListedWhileAFolderAboveTheStoreIsTurnedIntoALinkAndBack() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread turner = new Thread(() -> {
            while (!over.get()) {
                turn(machine.resolve("aside"));
            }
        });
        turner.start();
        try {
            FilesystemTestStore store = store();
            int listed = 0;
            for (int i = 0; i < 20_000; i++) {
                listed += look(store);
            }
            assertThat(listed).as("times that it was there").isPositive();
        } finally {
            over.set(true);
            turner.join();
        }
    }

    private static int look(FilesystemTestStore store) {
        try {
            Listing listing = store.lister().list(KeyBytes.EMPTY, Optional.empty(), 10);
            assertThat(listing.files()).extracting(Entry::name).containsExactly(KeyBytes.utf8("mine"));
            return 1;
        } catch (StoreException turned) {
            return 0;
        }
    }

    private void turn(Path aside) {
        try {
            Files.move(between, aside);
            Files.createSymbolicLink(between, others);
            Files.delete(between);
            Files.move(aside, between);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private FilesystemTestStore store() {
        return FilesystemTestStore.below(granted, between.resolve("store"));
    }
}
