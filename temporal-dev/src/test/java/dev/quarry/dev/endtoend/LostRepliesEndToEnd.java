package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The request went through, the answer did not come back. */
@ExtendWith(SharedStack.class)
@Timeout(120)
class LostRepliesEndToEnd {
    private static final int FILES = 20;

    @Test
    void ofClaim(TestStack stack) throws Exception {
        survives(stack, "claim-lost", stack.jobProxy(), "^POST /v1/attempts/claim$");
    }

    @Test
    void ofResults(TestStack stack) throws Exception {
        survives(stack, "results-lost", stack.jobProxy(), "^POST /v1/attempts/[^/]+/results$");
    }

    @Test
    void ofRenew(TestStack stack) throws Exception {
        survives(stack, "renew-lost", stack.jobProxy(), "^POST /v1/attempts/[^/]+/renew$");
    }

    @Test
    void ofSettle(TestStack stack) throws Exception {
        survives(stack, "settle-lost", stack.controlProxy(), "^POST /control/v1/units/[^/]+/settle$");
    }

    @Test
    void ofOpenAndHandle(TestStack stack) throws Exception {
        survives(stack, "open-lost", stack.controlProxy(), "/(attempts|handle)$");
    }

    private static void survives(TestStack stack, String name, FaultProxy proxy, String calls) throws Exception {
        TestStore store = stack.store(name);
        store.turtles(FILES, 0.1);
        proxy.loseReplies(calls, 3);
        RunTotals totals = store.run();
        assertThat(proxy.lost()).as("replies lost").isPositive();
        assertThat(totals.count("indexed")).as(store.outcomes().toString()).isEqualTo(FILES);
        store.assertFound(0, 1, FILES - 1);
    }
}
