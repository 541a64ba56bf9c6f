package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A list of keys on its way through API, workflow and control API; and a filter by content on its way to the agent. */
@ExtendWith(SharedStack.class)
@Timeout(120)
class NamedKeysEndToEnd {
    @Test
    void aRunOfSomeKeysIndexesThoseAndAnotherIsNotJoined(TestStack stack) throws Exception {
        TestStore store = stack.store("named-keys");
        store.turtles(6, 0);
        store.run();
        for (int number : new int[] {1, 2}) {
            Files.writeString(store.folder().resolve("f000" + number + ".turtle"), "text rewritten" + number + "\n");
        }
        Files.writeString(store.folder().resolve("f0009.turtle"), "%PDF-1.4\ntext a turtle by name alone\n");
        stack.api()
                .replaceSettings(
                        store.name(), Map.of("filters", Map.of("excludeContentTypes", List.of("application/pdf"))));
        stack.api().startRun(store.name(), List.of("f0001.turtle", "f0009.turtle", "nowhere.turtle"));
        RunTotals totals = ended(stack, store);
        assertThat(totals.balanced()).as(totals.json().toString()).isTrue();
        assertThat(totals.count("keys")).isEqualTo(3);
        assertThat(totals.count("listed")).isEqualTo(2);
        assertThat(totals.count("indexed")).isEqualTo(1);
        assertThat(totals.count("filtered")).isEqualTo(1);
        assertThat(totals.json().path("warnings").toString()).contains("1 of the keys", "nowhere.turtle");
        assertThat(store.outcomes()).containsEntry("f0009.turtle", "FILTERED(contentType:application/pdf)");
        assertThat(stack.api().search("rewritten1", 10).path("hits")).hasSize(1);
        assertThat(stack.api().search("rewritten2", 10).path("hits")).isEmpty();
        RunTotals all = store.run();
        assertThat(all.count("indexed"))
                .as("the other one that changed, and those whose type nobody has told yet")
                .isEqualTo(5);
        assertThat(all.count("filtered")).isEqualTo(1);
        RunTotals again = store.run();
        assertThat(again.count("unchanged")).isEqualTo(6);
        assertThat(again.count("filtered")).isEqualTo(1);
        assertThat(again.count("attempts")).as("and nothing is read again").isZero();
    }

    private static RunTotals ended(TestStack stack, TestStore store) throws Exception {
        TestStore.await("the run of some keys to end", Duration.ofSeconds(60), () -> {
            RunTotals newest = stack.api().runs(store.name()).get(0);
            return newest.generation() == 2 && !newest.isLive();
        });
        return stack.api().runs(store.name()).get(0);
    }
}
