package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedStack.class)
@Timeout(180)
class CancelledRunEndToEnd {
    private static final int FILES = 60;

    @Test
    void nothingOfACancelledRunHidesAsUnchangedInTheNext(TestStack stack) throws Exception {
        TestStore store = stack.store("cancelled");
        store.turtles(FILES, 0.1);
        RunTotals run = store.begin();
        store.awaitHalfway();
        stack.api().cancel(run.run());
        RunTotals cancelled = store.end(run);
        assertThat(cancelled.state()).isEqualTo("CANCELLED");
        long indexed = cancelled.count("indexed");
        assertThat(indexed).isLessThan(FILES);
        TestStore.await(
                "jobs of the cancelled run to stop",
                Duration.ofSeconds(20),
                () -> stack.parts().jobProcesses().isEmpty());

        RunTotals again = store.run();
        assertThat(again.count("unchanged")).isEqualTo(indexed);
        assertThat(again.count("indexed")).as(store.outcomes().toString()).isEqualTo(FILES - indexed);
        store.assertFound(0, FILES / 2, FILES - 1);
    }
}
