package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Files that are not any more what was listed when a job comes for them. */
@ExtendWith(SharedStack.class)
@Timeout(120)
class ChangingStoreEndToEnd {
    /** An agent fetches up to 16 files ahead, and a busy machine sees a first result late: the last one must be far. */
    private static final int FILES = 120;

    private static final double SECONDS = 0.2;

    private interface Change {
        void to(Path file) throws Exception;
    }

    /** The last file is changed while the first are worked on: it is listed by then and comes last. */
    private static TestStore afterChange(TestStack stack, String name, Change change) throws Exception {
        TestStore store = stack.store(name);
        store.turtles(FILES, SECONDS);
        RunTotals run = store.begin();
        store.awaitHalfway();
        Path last = store.folder().resolve(String.format("f%04d.turtle", FILES - 1));
        assertThat(stack.ledger()
                        .strings(
                                "select f.outcome from quarry.file f join quarry.store s on s.id = f.store"
                                        + " where s.name = ? and f.path like ?",
                                name,
                                "%" + last.getFileName()))
                .containsExactly("PENDING");
        change.to(last);
        store.end(run);
        return store;
    }

    private static String lastOutcome(TestStore store) throws Exception {
        return store.outcomes().getOrDefault(String.format("f%04d.turtle", FILES - 1), "not there");
    }

    @Test
    void aDeletedFileFailsByNameAndIsDeletedByTheNextRun(TestStack stack) throws Exception {
        TestStore store = afterChange(stack, "file-deleted", Files::delete);
        assertThat(lastOutcome(store)).isIn("FAILED(NOT_READABLE)", "FAILED(CHANGED_WHILE_READING)");
        RunTotals second = store.run();
        assertThat(second.count("listed")).isEqualTo(FILES - 1);
        assertThat(second.count("deleted")).isEqualTo(1);
        assertThat(second.count("unchanged")).isEqualTo(FILES - 1);
    }

    @Test
    void aChangedFileEndsWithItsNewContentAtTheLatestInTheNextRun(TestStack stack) throws Exception {
        TestStore store = afterChange(stack, "file-changed", file -> {
            Files.write(file, List.of("text rewrittenmeanwhile"));
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        });
        assertThat(lastOutcome(store)).isIn("INDEXED", "FAILED(CHANGED_WHILE_READING)");
        store.run();
        assertThat(lastOutcome(store)).isEqualTo("INDEXED");
        assertThat(stack.api().search("rewrittenmeanwhile", 10).path("hits")).hasSize(1);
        assertThat(stack.api().search(store.word(FILES - 1), 10).path("hits")).isEmpty();
    }

    @Test
    void aFileThatBecameUnreadableFailsAndIsTriedAgain(TestStack stack) throws Exception {
        // a folder in its place: not even root reads that as a file
        TestStore store = afterChange(stack, "file-unreadable", file -> {
            Files.delete(file);
            Files.createDirectory(file);
        });
        assertThat(lastOutcome(store)).isIn("FAILED(NOT_READABLE)", "FAILED(CHANGED_WHILE_READING)");
        Path last = store.folder().resolve(String.format("f%04d.turtle", FILES - 1));
        Files.delete(last);
        store.turtle(FILES - 1, 0);
        store.run();
        assertThat(lastOutcome(store)).isEqualTo("INDEXED");
        store.assertFound(FILES - 1);
    }
}
