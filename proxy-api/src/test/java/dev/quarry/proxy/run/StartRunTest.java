package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A start while a run of the store is under way: it joins one of its own kind, whatever has become of that one's workflow, and no other. */
class StartRunTest {
    private static final String WHOLE = "{}";
    private static final String LISTING = "{\"dispatch\":false}";
    private static final String KEYS = "{\"keys\":[\"a.txt\"]}";

    private static final InMemoryTemporal TEMPORAL = InMemoryTemporal.start();
    private static final RunningApi API =
            RunningApi.shared().beside(Map.of("quarry.temporal.target", TEMPORAL.target()));

    private final TestStore store = new TestStore();

    @AfterAll
    static void close() {
        API.close();
        TEMPORAL.close();
    }

    @Test
    void aStartJoinsNoRunThatOnlyListsAndSaysWhatToDo() {
        Answer first = started(LISTING);
        UUID run = store.open(execution(first), Instant.now(), false).id;
        assertThat(refusal(WHOLE))
                .isEqualTo("a run of store '" + store.name
                        + "' that only lists is under way, and this start asks for one that "
                        + "indexes: wait for its end or cancel it (run " + run + ")");
        Answer again = started(LISTING);
        assertThat(execution(again)).isEqualTo(execution(first));
        assertThat(again.json().get("run").asString()).isEqualTo(run.toString());
    }

    @Test
    void aStartThatOnlyListsDoesNotJoinARunThatIndexes() {
        Answer first = started(WHOLE);
        store.open(execution(first), Instant.now(), true);
        assertThat(refusal(LISTING)).contains("that indexes is under way", "one that only lists");
        assertThat(execution(started(WHOLE))).isEqualTo(execution(first));
    }

    @Test
    void aStartOfAnotherKindIsRefusedBeforeTheWorkflowHasOpenedItsRun() {
        Answer first = started(LISTING);
        assertThat(refusal(WHOLE)).contains("that only lists is under way").endsWith("cancel it");
        assertThat(execution(started(LISTING))).isEqualTo(execution(first));
    }

    @Test
    void aRunOfSomeKeysIsJoinedByNobody() {
        started(KEYS);
        assertThat(refusal(WHOLE)).contains("that looks at some keys only is under way");
        assertThat(refusal(LISTING)).contains("that looks at some keys only is under way");
        assertThat(refusal(KEYS)).contains("is under way");
    }

    @Test
    void aWorkflowThatContinuedIsJoinedByTheRunOfItsChain() {
        Answer first = started(LISTING);
        UUID run = store.open(execution(first), Instant.now(), false).id;
        TEMPORAL.continueAsNew("index/demo/" + store.name, "default", "an input that is sealed");
        Answer again = started(LISTING);
        assertThat(execution(again)).isNotEqualTo(execution(first));
        assertThat(again.json().get("run").asString()).isEqualTo(run.toString());
        assertThat(refusal(WHOLE)).contains(run.toString());
    }

    @Test
    void aWorkflowWithoutItsRunWhoseInputNobodyHereCanReadIsJoined() {
        Answer first = started(WHOLE);
        TEMPORAL.continueAsNew("index/demo/" + store.name, "default", "an input that is sealed");
        assertThat(execution(started(WHOLE))).isNotEqualTo(execution(first));
    }

    private Answer started(String body) {
        Answer answer = start(body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer;
    }

    /** What is said of it. */
    private String refusal(String body) {
        Answer answer = start(body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(409);
        assertThat(answer.json().get("code").asString()).isEqualTo("run_under_way");
        return answer.json().get("detail").asString();
    }

    private Answer start(String body) {
        return API.post(Listener.PUBLIC, API.token(Listener.PUBLIC), "/api/v1/stores/" + store.name + "/runs", body);
    }

    private static String execution(Answer answer) {
        return answer.json().get("executionRunId").asString();
    }
}
