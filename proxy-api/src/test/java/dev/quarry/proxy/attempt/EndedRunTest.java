package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What comes after a run's end: late calls of its units' workflows, and its jobs, which somebody must stop. */
class EndedRunTest {
    private static final RunningApi API = RunningApi.shared();
    private static final int MORE_THAN_GOES_UNASKED = 60;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final TestStore store = new TestStore();

    @BeforeEach
    void files() {
        store.write("a.txt", "gannet");
    }

    @Test
    void aLateConcludeOfAnAbortedRunTouchesNothingOfWhatANewerRunHasIndexed() {
        TestRun dead = store.open();
        dead.walk();
        UUID unit = dead.take(1).get(0);
        JsonNode indexed = ReadRun.complete(store.open());
        assertThat(store.found("gannet")).hasSize(1);
        JsonNode aborted = dead.totals();

        for (int times = 0; times < 2; times++) {
            JsonNode answer = Unit.concludeAnswer(unit, null, null, "CANCELLED").json();
            assertThat(answer.get("done").asBoolean())
                    .as("its workflow has nothing left to do")
                    .isTrue();
        }
        assertThat(store.found("gannet")).hasSize(1);
        assertThat(store.ledger()).containsEntry("a.txt", "INDEXED");
        assertThat(dead.totals()).isEqualTo(aborted);
        assertThat(indexed.get("balanced").asBoolean()).isTrue();
        assertThat(ReadRun.complete(store.open()).get("balanced").asBoolean()).isTrue();
    }

    @Test
    void whoeverOpensTheNextRunIsToldTheJobsOfAnAbortedOneUntilItGoesOn() {
        TestRun dead = store.open("dead", START, true);
        String job = jobOf(dead);
        JsonNode opened = open("next").json();
        assertThat(jobs(opened)).containsExactly(job);
        assertThat(jobs(open("next").json())).as("the reply was lost").containsExactly(job);
        TestRun next = store.open("next", START.plusSeconds(1), true);
        next.advance();
        assertThat(jobs(open("next").json()))
                .as("whoever walks has stopped them")
                .isEmpty();
        assertThat(jobs(store.openAnswer("dead", START, true).json()))
                .as("nobody goes on with an aborted run")
                .isEmpty();
    }

    @Test
    void aCloseThatIsRepeatedAfterTheEndListsTheJobsAgain() {
        TestRun run = store.open();
        String job = jobOf(run);
        JsonNode closed = closed(run);
        assertThat(jobs(closed)).containsExactly(job);
        assertThat(closed.get("finished").asBoolean()).isTrue();
        JsonNode again = closed(run);
        assertThat(again).isEqualTo(closed);
    }

    /** Of a run that lost thousands they would be stopped one after the other by each chunk, and no chunk would end in its time. */
    @Test
    void aCloseOfManyChunksListsTheJobsWithTheFirstAndWithTheLast() throws Exception {
        ReadRun.complete(storeOfMany());
        for (int i = 0; i < MORE_THAN_GOES_UNASKED; i++) {
            Files.delete(store.root.resolve("gone" + i + ".txt"));
        }
        store.write("new.txt", "gannet");
        TestRun run = store.open();
        String job = jobOf(run);
        assertThat(jobs(closed(run, false))).containsExactly(job);
        JsonNode between = closed(run, false);
        assertThat(between.get("waits").asBoolean()).isTrue();
        assertThat(jobs(between)).isEmpty();
        assertThat(jobs(closed(run))).as("the first reply may be lost").containsExactly(job);
        assertThat(jobs(closed(run))).as("and the last one too").containsExactly(job);
    }

    private TestRun storeOfMany() {
        for (int i = 0; i < MORE_THAN_GOES_UNASKED; i++) {
            store.write("gone" + i + ".txt", "text " + i);
        }
        return store.open();
    }

    private static JsonNode closed(TestRun run) {
        return closed(run, true);
    }

    private static JsonNode closed(TestRun run, boolean cancelled) {
        Answer answer = API.post(
                Listener.CONTROL,
                API.token(Listener.CONTROL),
                "/control/v1/runs/" + run.id + "/close",
                "{\"cancelled\":" + cancelled + "}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private Answer open(String chain) {
        return store.openAnswer(chain, START.plusSeconds(1), true);
    }

    /** A job that waits in some queue. */
    private static String jobOf(TestRun run) {
        run.walk();
        UUID unit = run.take(1).get(0);
        Answer opened = API.post(
                Listener.CONTROL,
                API.token(Listener.CONTROL),
                "/control/v1/units/" + unit + "/attempts",
                "{\"requestId\":\"" + UUID.randomUUID() + "\",\"after\":0}");
        return opened.json().get("attempt").get("jobId").asString();
    }

    private static List<String> jobs(JsonNode answer) {
        return answer.get("stopList")
                .valueStream()
                .map(job -> job.get("jobId").asString())
                .toList();
    }
}
