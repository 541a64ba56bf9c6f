package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** One bad file hurts only itself. */
@ExtendWith(SharedStack.class)
@Timeout(180)
class HostileFilesEndToEnd {
    private static final int FILES = 12;

    @Test
    void aFileThatAlwaysCrashesItsExtractorFailsAloneAndTheBatchGoesOn(TestStack stack) throws Exception {
        TestStore store = stack.store("crasher");
        store.turtles(FILES, 0.02);
        Files.write(store.folder().resolve("a-crasher.turtle"), List.of("crash"));
        store.run();
        Map<String, String> outcomes = store.outcomes();
        assertThat(outcomes).containsEntry("a-crasher.turtle", "FAILED(CRASHED)");
        assertThat(outcomes.values()).filteredOn("INDEXED"::equals).hasSize(FILES);
    }

    @Test
    void aFileThatHangsItsExtractorFailsAloneAndTheBatchGoesOn(TestStack stack) throws Exception {
        TestStore store = stack.store("hanger");
        store.turtles(FILES, 0.02);
        Files.write(store.folder().resolve("a-hanger.turtle"), List.of("hang"));
        store.run();
        Map<String, String> outcomes = store.outcomes();
        assertThat(outcomes.get("a-hanger.turtle")).isIn("FAILED(NO_PROGRESS)", "FAILED(TIMED_OUT)");
        assertThat(outcomes.values()).filteredOn("INDEXED"::equals).hasSize(FILES);
    }

    @Test
    void aFileThatFillsTheScratchSpaceGetsMoreOfItUpToACapAndHurtsNoOther(TestStack stack) throws Exception {
        TestStore store = stack.store("full-disk");
        store.turtles(3, 0);
        padded(store.folder().resolve("fits-in-8.tight"), "ampleword", 6);
        padded(store.folder().resolve("never-fits.tight"), "neverword", 40);
        store.run();
        assertThat(store.outcomes())
                .containsEntry("fits-in-8.tight", "INDEXED")
                .containsEntry("never-fits.tight", "FAILED(DISK_FULL)")
                .containsEntry("f0000.turtle", "INDEXED");
        assertThat(stack.api().search("ampleword", 10).path("hits")).hasSize(1);
        assertThat(stack.ledger().number("""
                                select count(*) from quarry.job_attempt a join quarry.run r on r.id = a.run
                                join quarry.store s on s.id = r.store where s.name = ? and a.end_exit = 20
                                """, store.name()))
                .as("attempts that ended with exit code 20")
                .isPositive();
    }

    private static void padded(Path file, String word, int mebibytes) throws IOException {
        Files.write(file, List.of("text " + word, "stop"));
        try (RandomAccessFile padding = new RandomAccessFile(file.toFile(), "rw")) {
            padding.setLength(mebibytes * 1024L * 1024L);
        }
    }

    @Test
    void aFailureIsCarriedByTheNextRunWithoutAnyJob(TestStack stack) throws Exception {
        TestStore store = stack.store("carried");
        store.turtles(3, 0);
        Files.write(store.folder().resolve("a-crasher.turtle"), List.of("crash"));
        store.run();
        long attempts = stack.ledger().attempts(store.name());
        RunTotals second = store.run();
        assertThat(second.count("failed")).isEqualTo(1);
        assertThat(second.count("unchanged")).isEqualTo(3);
        assertThat(stack.ledger().attempts(store.name())).isEqualTo(attempts);
    }
}
