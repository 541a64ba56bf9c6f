package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the store is at fault for is tried again within the run (design.md, section 7), a bounded number of times. */
class StoreFaultsTest {
    private static final RunningApi API = RunningApi.shared();
    private static final String CHANGED = "CHANGED_WHILE_READING";
    private static final String UNREADABLE = "NOT_READABLE";

    private final TestStore store = new TestStore();
    private TestRun run;
    private UUID unit;

    @BeforeEach
    void aUnitOfOneFile() {
        store.write("a.txt", "gannet");
        run = store.open();
        run.walk();
        unit = run.take(1).get(0);
    }

    @Test
    void aFileThatChangedSinceItWasListedIsIndexedInItsNewVersion() {
        UUID first = UUID.randomUUID();
        Agent agent = opened(first, 0);
        store.write("a.txt", "puffin and more");
        assertThat(agent.content(0).status()).isEqualTo(412);
        agent.results(failed(CHANGED));
        JsonNode settled = settle(first);
        assertThat(settled.get("putBack")).hasSize(1);
        assertThat(settled.get("missing")).hasSize(1);
        assertThat(settled.get("suspects")).isEmpty();
        assertThat(settle(first)).as("a repeated settle").isEqualTo(settled);

        UUID second = UUID.randomUUID();
        JsonNode open = open(second, 1);
        assertThat(open(second, 1)).as("a repeated open").isEqualTo(open);
        Agent again = new Agent(open);
        again.claim();
        Answer content = again.content(0);
        assertThat(content.body()).isEqualTo("puffin and more");
        again.results(Agent.extraction(0, content.body()), "{\"type\":\"done\",\"n\":0,\"outcome\":\"INDEXED\"}");
        assertThat(settle(second).get("done").asBoolean()).isTrue();

        JsonNode closed = run.close(false);
        assertThat(closed.get("balanced").asBoolean()).as(closed.toString()).isTrue();
        assertThat(store.ledger()).containsEntry("a.txt", "INDEXED");
        assertThat(store.found("puffin")).hasSize(1);
        JsonNode next = store.open().complete();
        assertThat(next.get("unchanged").asInt())
                .as("its fingerprint is that of the new version")
                .isEqualTo(1);
    }

    @Test
    void aFileThatGoesOnChangingIsTriedOnceMoreOnly() {
        attempt(0, CHANGED);
        assertThat(attempt(1, CHANGED).get("done").asBoolean()).isTrue();
        closesWith("FAILED(CHANGED_WHILE_READING)");
    }

    @Test
    void aFileThatCannotBeReadIsTriedThreeTimes() {
        for (int epoch = 0; epoch < 2; epoch++) {
            JsonNode settled = attempt(epoch, UNREADABLE);
            assertThat(settled.get("putBack")).as("attempt " + epoch).hasSize(1);
        }
        JsonNode last = attempt(2, UNREADABLE);
        assertThat(last.get("putBack")).isEmpty();
        assertThat(last.get("done").asBoolean()).isTrue();
        closesWith("FAILED(NOT_READABLE)");
    }

    @Test
    void aFileThatIsGoneWhenItsNewVersionIsAskedForEndsAsWhatItIsReported() throws IOException {
        attempt(0, CHANGED);
        Files.delete(store.root.resolve("a.txt"));
        UUID second = UUID.randomUUID();
        Agent agent = opened(second, 1);
        assertThat(agent.content(0).json().get("code").asString()).isEqualTo("gone_from_store");
        agent.results(failed(CHANGED));
        assertThat(settle(second).get("done").asBoolean()).isTrue();
        closesWith("FAILED(CHANGED_WHILE_READING)");
    }

    @Test
    void aRunThatIsOverSaysSoWithoutAskingTheStoreForTheNewVersion() {
        attempt(0, CHANGED);
        store.open(); // a chain that finds this one dead, and aborts it
        assertThat(open(UUID.randomUUID(), 1).get("answer").asString()).isEqualTo("RUN_CLOSED");
        assertThat(TestStore.superuser()
                        .sql("select changed from quarry.unit_item where unit = ?")
                        .param(unit)
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void whatTheListingConcludesKeepsNothingThatWasReadOfEarlierBytes() {
        UUID request = UUID.randomUUID();
        opened(request, 0)
                .results(Agent.extraction(0, "gannet"), "{\"type\":\"done\",\"n\":0,\"outcome\":\"INDEXED\"}");
        settle(request);
        run.close(false);
        assertThat(store.extracted()).containsExactly("a.txt");
        store.write("a.txt", "");
        store.open().complete();
        assertThat(store.ledger()).containsEntry("a.txt", "NO_CONTENT(EMPTY)");
        assertThat(store.extracted()).isEmpty();
    }

    @Test
    void anArchivedFileIsNotTriedAgain() {
        assertThat(attempt(0, "ARCHIVED").get("done").asBoolean()).isTrue();
        closesWith("FAILED(ARCHIVED)");
    }

    @Test
    void whatDoesNotCountIsNoTry() {
        UUID request = UUID.randomUUID();
        opened(request, 0).results(failed(UNREADABLE));
        JsonNode settled = settle(request, "LOST", "null");
        assertThat(settled.get("missing")).hasSize(1);
        assertThat(settled.get("putBack")).isEmpty();
        for (int epoch = 1; epoch < 3; epoch++) {
            assertThat(attempt(epoch, UNREADABLE).get("done").asBoolean()).isFalse();
        }
        assertThat(attempt(3, UNREADABLE).get("done").asBoolean()).isTrue();
    }

    private JsonNode attempt(int after, String reason) {
        UUID request = UUID.randomUUID();
        opened(request, after).results(failed(reason));
        return settle(request);
    }

    private void closesWith(String outcome) {
        JsonNode closed = run.close(false);
        assertThat(closed.get("balanced").asBoolean()).as(closed.toString()).isTrue();
        assertThat(store.ledger()).containsEntry("a.txt", outcome);
    }

    private Agent opened(UUID request, int after) {
        Agent agent = new Agent(open(request, after));
        assertThat(agent.claim().status()).isEqualTo(200);
        return agent;
    }

    private JsonNode open(UUID request, int after) {
        return control("attempts", "{\"requestId\":\"" + request + "\",\"after\":" + after + "}");
    }

    private JsonNode settle(UUID request) {
        return settle(request, "SUCCEEDED", "0");
    }

    private JsonNode settle(UUID request, String state, String exit) {
        return control(
                "settle",
                "{\"requestId\":\"" + request + "\",\"end\":{\"state\":\"" + state + "\",\"exitCode\":" + exit + "}}");
    }

    private JsonNode control(String call, String json) {
        Answer answer =
                API.post(Listener.CONTROL, API.token(Listener.CONTROL), "/control/v1/units/" + unit + "/" + call, json);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static String failed(String reason) {
        return "{\"type\":\"done\",\"n\":0,\"outcome\":\"FAILED\",\"reason\":\"" + reason + "\"}";
    }
}
