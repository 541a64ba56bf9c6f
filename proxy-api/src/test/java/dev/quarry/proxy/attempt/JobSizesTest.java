package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi.Answer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What an attempt's job asks for and what it used, over HTTP against a real PostgreSQL. The largest node has 6,000 MB of memory. */
class JobSizesTest {
    private static final long GIBIBYTE = 1L << 30;

    private final UUID first = UUID.randomUUID();
    private final UUID second = UUID.randomUUID();
    private final Unit unit = Unit.ofPeople(2);

    @Test
    void aJobIsAsLargeAsTheItemsOfItsAttemptNeed() {
        resize(1, 10 * GIBIBYTE);
        JsonNode all = lane(unit.open(first, 0));
        assertThat(all.get("diskMb").asInt()).isEqualTo(2048 + 2 * (10 * 1024 - 256));
        JsonNode small = lane(unit.open(second, 1, List.of(0), false));
        assertThat(small.get("diskMb").asInt()).isEqualTo(2048);
        assertThat(small.get("memoryMb").asInt()).isEqualTo(1024);
    }

    @Test
    void theSizeOfAnAttemptIsTheSameWheneverItIsOpenedWhateverHasChangedSince() {
        JsonNode one = unit.openLarger(first, 0, 2, 4);
        resize(0, 10 * GIBIBYTE);
        unit.db()
                .sql("update quarry.unit set lane = 'tiny' where id = ?")
                .param(unit.id)
                .update();
        JsonNode again = unit.openLarger(first, 0, 8, 8);
        assertThat(lane(one).get("memoryMb").asInt()).isEqualTo(2048);
        assertThat(lane(one).get("diskMb").asInt()).isEqualTo(8192);
        for (String kept : List.of("image", "nodeClass", "cpuMhz", "memoryMb", "diskMb", "maxRuntimeSeconds")) {
            assertThat(lane(again).get(kept)).as(kept).isEqualTo(lane(one).get(kept));
        }
    }

    @Test
    void anEscalationGoesUpToTheLargestNodeAndThenEndsWithoutAJob() {
        JsonNode four = unit.openLarger(UUID.randomUUID(), 0, 4, 1);
        JsonNode eight = unit.openLarger(UUID.randomUUID(), 1, 8, 1);
        JsonNode sixteen = unit.openLarger(first, 2, 16, 1);
        assertThat(lane(four).get("memoryMb").asInt()).isEqualTo(4096);
        assertThat(lane(eight).get("memoryMb").asInt()).isEqualTo(6000);
        assertThat(eight.get("attempt").get("exhausted").isNull()).isTrue();
        JsonNode exhausted = sixteen.get("attempt").get("exhausted");
        assertThat(exhausted.get("resource").asString()).isEqualTo("MEMORY");
        assertThat(exhausted.get("detail").asString())
                .isEqualTo(
                        "needs 16,384 MB of memory (16 x 1,024), the largest node has 6,000: raise quarry.node.memory-mb");
        assertThat(unit.openLarger(first, 2, 1, 1).get("attempt").get("exhausted"))
                .as("for good: an execution that is repeated must not submit either")
                .isEqualTo(exhausted);
    }

    @Test
    void aFactorThatCannotBeMeantIsRefused() {
        for (String factor : List.of("0", "-2", "1025")) {
            Answer answer =
                    unit.openAnswer("{\"requestId\":\"" + first + "\",\"after\":0,\"memoryFactor\":" + factor + "}");
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.json().get("detail").asString()).contains("memoryFactor", factor);
        }
    }

    @Test
    void theTimelineShowsWhatTheJobAskedForAndWhatItUsed() {
        JsonNode open = unit.openLarger(first, 0, 2, 1);
        Agent agent = new Agent(open);
        agent.claim();
        agent.done(0);
        agent.renewSaying("{\"itemsDone\":1,\"peakMemoryMb\":700,\"peakDiskMb\":30,\"cpuSeconds\":1.5}");
        agent.renewSaying("{\"itemsDone\":1,\"peakMemoryMb\":300,\"peakDiskMb\":40,\"cpuSeconds\":2.25}");
        unit.settle(first, "FAILED", 21);
        JsonNode opened = event("opened");
        assertThat(opened.get("askedFor").get("memoryMb").asInt()).isEqualTo(2048);
        assertThat(opened.get("askedFor").get("diskMb").asInt()).isEqualTo(2048);
        assertThat(opened.get("askedFor").get("cpuMhz").asInt()).isEqualTo(1000);
        assertThat(opened.get("used").isNull()).isTrue();
        JsonNode settled = event("settled");
        assertThat(settled.get("exitCode").asInt()).isEqualTo(21);
        assertThat(settled.get("job").asString()).isEqualTo("q-" + unit.id + "-1");
        assertThat(settled.get("askedFor").isNull()).isTrue();
        assertThat(settled.get("used").get("peakMemoryMb").asInt()).isEqualTo(700);
        assertThat(settled.get("used").get("peakDiskMb").asInt()).isEqualTo(40);
        assertThat(settled.get("used").get("cpuSeconds").asDouble()).isEqualTo(2.25);
    }

    @Test
    void theTimelineSaysWhichResourceWasShortWhenAJobWasNotPlaced() {
        unit.open(first, 0);
        unit.settle(
                first,
                "NOT_PLACED",
                null,
                "stopped by the worker: not placed within PT30M: memory exhausted on 3 nodes");
        assertThat(event("settled").get("detail").asString()).contains("NOT_PLACED", "memory exhausted on 3 nodes");
    }

    private static JsonNode lane(JsonNode open) {
        return open.get("attempt").get("lane");
    }

    private void resize(int n, long bytes) {
        unit.db()
                .sql("update quarry.unit_item set size = ? where unit = ? and n = ?")
                .params(bytes, unit.id, n)
                .update();
    }

    private JsonNode event(String what) {
        JsonNode timeline = unit.timeline(0);
        for (JsonNode event : timeline) {
            if (event.get("what").asString().equals(what)) {
                return event;
            }
        }
        throw new AssertionError("no '" + what + "' in " + timeline);
    }
}
