package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import java.util.List;
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

    /** Of the one that renews the token in the middle of the work; that of the last one, at the end of a job, has no consequence. */
    @Test
    void ofAHeartbeat(TestStack stack) throws Exception {
        String renew = "^POST /v1/attempts/[^/]+/renew$";
        TestStore store = stack.store("renew-lost");
        store.turtles(4, 4);
        FaultProxy proxy = stack.jobProxy();
        proxy.keepBodies(renew);
        proxy.takeBodies();
        proxy.loseReplies(renew, 1);
        store.assertIndexed(store.run());
        proxy.keepBodies("(?!)");
        assertThat(proxy.lost()).as("replies lost").isEqualTo(1);
        List<String> renewals = proxy.takeBodies();
        assertThat(renewals).hasSizeGreaterThan(2);
        assertThat(renewals.subList(0, 2))
                .as("the lost one and what came next, in the middle of the first file")
                .allMatch(body -> body.contains("\"itemsDone\":0,"));
        assertThat(stack.ledger().attempts(store.name()))
                .as("attempts, one a unit")
                .isEqualTo(stack.ledger().units(store.name()));
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
        store.assertIndexed(totals);
    }
}
