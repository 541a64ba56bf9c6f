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
    /** More units than jobs run at once, also when a busy machine sees a first result late. */
    private static final int FILES = 120;

    private static final double SECONDS = 0.2;

    private interface Change {
        void to(Path file) throws Exception;
    }

    /** A store in which the file with this number was changed while others were worked on. */
    private record Changed(TestStore store, int number) {
        Path file() {
            return store.folder().resolve(name());
        }

        String outcome() throws Exception {
            return store.outcomes().getOrDefault(name(), "not there");
        }

        private String name() {
            return String.format("f%04d.turtle", number);
        }
    }

    /** A file that no agent can have fetched yet: nobody has claimed its unit. Jobs need not start in the order of their units. */
    private static Changed afterChange(TestStack stack, String name, Change change) throws Exception {
        TestStore store = stack.store(name);
        store.turtles(FILES, SECONDS);
        RunTotals run = store.begin();
        store.awaitHalfway();
        String untouched = stack.ledger()
                .strings(
                        "select f.display from quarry.file f join quarry.store s on s.id = f.store"
                                + " left join quarry.unit_item i on i.file = f.id left join quarry.unit u on u.id = i.unit"
                                + " where s.name = ? and f.outcome = 'PENDING' and not exists (select from quarry.job_attempt a"
                                + " where a.unit = u.id and a.state <> 'PENDING')"
                                + " order by u.number desc nulls first, i.n desc, f.pending_seq desc limit 1",
                        name)
                .get(0);
        Changed changed = new Changed(store, Integer.parseInt(untouched.replaceAll("\\D", "")));
        change.to(changed.file());
        store.end(run);
        return changed;
    }

    @Test
    void aDeletedFileFailsByNameAndIsDeletedByTheNextRun(TestStack stack) throws Exception {
        Changed changed = afterChange(stack, "file-deleted", Files::delete);
        assertThat(changed.outcome()).isIn("FAILED(NOT_READABLE)", "FAILED(CHANGED_WHILE_READING)");
        RunTotals second = changed.store().run();
        assertThat(second.count("listed")).isEqualTo(FILES - 1);
        assertThat(second.count("deleted")).isEqualTo(1);
        assertThat(second.count("unchanged")).isEqualTo(FILES - 1);
    }

    @Test
    void aChangedFileEndsWithItsNewContentInTheSameRun(TestStack stack) throws Exception {
        Changed changed = afterChange(stack, "file-changed", file -> {
            Files.write(file, List.of("text rewrittenmeanwhile"));
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        });
        assertThat(changed.outcome()).isEqualTo("INDEXED");
        assertThat(stack.api().search("rewrittenmeanwhile", 10).path("hits")).hasSize(1);
        assertThat(stack.api()
                        .search(changed.store().word(changed.number()), 10)
                        .path("hits"))
                .isEmpty();
        assertThat(changed.store().run().count("unchanged")).isEqualTo(FILES);
    }

    @Test
    void aFileThatBecameUnreadableFailsAndIsTriedAgain(TestStack stack) throws Exception {
        // a folder in its place: not even root reads that as a file
        Changed changed = afterChange(stack, "file-unreadable", file -> {
            Files.delete(file);
            Files.createDirectory(file);
        });
        assertThat(changed.outcome()).isIn("FAILED(NOT_READABLE)", "FAILED(CHANGED_WHILE_READING)");
        Files.delete(changed.file());
        changed.store().turtle(changed.number(), 0);
        changed.store().run();
        assertThat(changed.outcome()).isEqualTo("INDEXED");
        changed.store().assertFound(changed.number());
    }
}
