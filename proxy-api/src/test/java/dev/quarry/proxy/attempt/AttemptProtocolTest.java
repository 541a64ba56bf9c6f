package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** protocol.md, section 2, the worker's calls one by one, over HTTP against a real PostgreSQL. */
class AttemptProtocolTest {
    private final UUID first = UUID.randomUUID();
    private final UUID second = UUID.randomUUID();
    private Unit unit = Unit.of(3);

    @AfterEach
    void theInvariantsHold() {
        assertThat(unit.violations()).isEmpty();
    }

    // ---- open

    @Test
    void openAgainWithTheSameRequestGivesTheVerySameAttemptAndTicket() {
        JsonNode one = unit.open(first, 0);
        JsonNode again = unit.open(first, 0);
        assertThat(one.get("answer").asString()).isEqualTo("OPEN");
        assertThat(again).isEqualTo(one);
        assertThat(unit.epoch()).isEqualTo(1);
        assertThat(one.get("attempt").get("jobId").asString())
                .isEqualTo("q-" + unit.id + "-1")
                .hasSizeLessThanOrEqualTo(64);
    }

    @Test
    void aClaimedAttemptsTicketIsNotShownAgain() {
        JsonNode open = unit.open(first, 0);
        new Agent(open).claim();
        JsonNode again = unit.open(first, 0);
        assertThat(again.get("attempt").get("state").asString()).isEqualTo("RUNNING");
        assertThat(again.get("attempt").get("ticket").isNull()).isTrue();
    }

    @Test
    void aRequestWhoseAttemptIsClosedIsToldSoAndNotAttached() {
        unit.open(first, 0);
        unit.settle(first, "LOST", null);
        assertThat(unit.open(first, 0).get("answer").asString()).isEqualTo("CLOSED");
    }

    @Test
    void aStaleRequestNeverFencesANewerAttempt() {
        JsonNode open = unit.open(first, 0);
        JsonNode late = unit.open(second, 0);
        assertThat(late.get("answer").asString()).isEqualTo("STALE");
        assertThat(late.get("epoch").asInt()).isEqualTo(1);
        assertThat(unit.state(open.get("attempt").get("attempt").asString())).isEqualTo("PENDING");
    }

    @Test
    void aSuccessorFencesItsPredecessorOnEveryEndpoint() {
        Agent zombie = new Agent(unit.open(first, 0));
        zombie.claim();
        assertThat(zombie.started(0).status()).isEqualTo(200);
        JsonNode successor = unit.open(second, 1);
        assertThat(successor.get("answer").asString()).isEqualTo("OPEN");
        assertThat(zombie.items().status()).isEqualTo(410);
        assertThat(zombie.content(0).status()).isEqualTo(410);
        assertThat(zombie.done(0).status()).isEqualTo(410);
        assertThat(zombie.artifact(0, "a.jpg", new byte[3]).status()).isEqualTo(410);
        assertThat(zombie.renew().status()).isEqualTo(410);
        assertThat(successor.get("stopList").get(0).get("jobId").asString()).isEqualTo("q-" + unit.id + "-1");
        assertThat(successor.get("stopList").get(0).get("tenant").asString())
                .isEqualTo("t" + unit.tenant.toString().substring(0, 13));
    }

    @Test
    void anAttemptGetsTheSelectedItemsThatAreStillMissing() {
        Agent agent = new Agent(unit.open(first, 0, List.of(0, 2), false));
        agent.claim();
        assertThat(agent.items().body().lines().count()).isEqualTo(2);
        assertThat(Agent.statuses(agent.done(1))).containsExactly(404, 404);
        agent.done(0);
        unit.settle(first, "FAILED", 23);
        assertThat(unit.open(second, 1, List.of(0), false).get("answer").asString())
                .isEqualTo("EMPTY");
        assertThat(unit.open(second, 1).get("attempt").get("files").asInt()).isEqualTo(2);
    }

    @Test
    void aDoneUnitIsDoneForGood() {
        indexAll(first, 0);
        assertThat(unit.done()).isTrue();
        assertThat(unit.open(second, 1).get("answer").asString()).isEqualTo("DONE");
        assertThat(unit.conclude(null, null, "CANCELLED").get("answer").asString())
                .isEqualTo("DONE");
        assertThat(unit.fence(1).get("answer").asString()).isEqualTo("DONE");
        assertThat(unit.outcomes()).containsOnly("INDEXED");
    }

    @Test
    void aClosedRunIsFinalAndNeverTryLater() {
        unit.endRun("CANCELLED");
        assertThat(unit.open(first, 0).get("answer").asString()).isEqualTo("RUN_CLOSED");
    }

    @Test
    void theGateRefusesBeyondTheTenantsCapAndWhilePaused() {
        Unit capped = Unit.of(1, 1);
        Unit sibling = capped.sibling(1);
        capped.open(first, 0);
        JsonNode refused = sibling.open(second, 0);
        assertThat(refused.get("answer").asString()).isEqualTo("REFUSED");
        assertThat(refused.get("reason").asString()).isEqualTo("TENANT_CAP");
        assertThat(refused.get("retryAfterMillis").asLong()).isPositive();
        capped.settle(first, "STOPPED", null);
        assertThat(sibling.open(second, 0).get("answer").asString()).isEqualTo("OPEN");
        unit.db()
                .sql("update quarry.run set paused = true where id = ?")
                .param(unit.run)
                .update();
        assertThat(unit.open(first, 0).get("reason").asString()).isEqualTo("PAUSED");
    }

    @Test
    void whenTheCloseOfThePredecessorPromotedEverythingTheNewAttemptIsEmpty() {
        Agent agent = new Agent(unit.open(first, 0, null, true));
        agent.claim();
        Unit.all(3).forEach(agent::done);
        JsonNode next = unit.open(second, 1);
        assertThat(next.get("answer").asString()).isEqualTo("EMPTY");
        assertThat(next.get("epoch").asInt()).isEqualTo(2);
        assertThat(unit.done()).isTrue();
        assertThat(unit.outcomes()).containsOnly("INDEXED");
    }

    /** Else an execution that comes back much later would submit a job whose agent can claim nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"ticket_expires", "hard_deadline"})
    void anAttemptThatIsTooOldToBeClaimedIsClosedUnlessItsJobIsThere(String over) {
        JsonNode waiting = unit.open(first, 0);
        expire(over);
        assertThat(unit.open(first, 0).get("answer").asString()).isEqualTo("CLOSED");
        assertThat(unit.open(first, 0).get("answer").asString()).isEqualTo("CLOSED");
        assertThat(unit.state(waiting.get("attempt").get("attempt").asString())).isEqualTo("CANCELLED");
        assertThat(unit.open(first, 0).get("stopList"))
                .as("it may have been submitted")
                .hasSize(1);

        String submitted = unit.open(second, 1).get("attempt").get("attempt").asString();
        unit.handle(submitted, "job-2");
        expire(over);
        assertThat(unit.open(second, 1).get("answer").asString()).isEqualTo("OPEN");
        assertThat(unit.state(submitted)).isEqualTo("PENDING");
    }

    private void expire(String what) {
        unit.db()
                .sql("update quarry.job_attempt set " + what + " = now() - interval '1 second' where unit = ?")
                .param(unit.id)
                .update();
    }

    // ---- handle

    @Test
    void aHandleIsSavedWhileOpenAndGoneAfterwards() {
        String attempt = unit.open(first, 0).get("attempt").get("attempt").asString();
        assertThat(unit.handle(attempt, "job-1").status()).isEqualTo(204);
        assertThat(unit.handle(attempt, "job-1").status()).isEqualTo(204);
        assertThat(unit.open(first, 0).get("attempt").get("handle").asString()).isEqualTo("job-1");
        unit.settle(first, "LOST", null);
        assertThat(unit.handle(attempt, "job-1").status()).isEqualTo(410);
        assertThat(unit.handle(UUID.randomUUID().toString(), "job-1").status()).isEqualTo(404);
    }

    // ---- claim

    @Test
    void aForgedTicketWaitsForNoUnit() {
        String attempt = unit.open(first, 0).get("attempt").get("attempt").asString();
        Agent forger = Agent.forger(UUID.fromString(attempt));
        RunningApi api = RunningApi.shared();
        int status = api.bean(TenantTransactions.class).in(new TenantId(unit.tenant), () -> {
            assertThat(api.bean(UnitRows.class).lock(unit.id)).isPresent();
            return CompletableFuture.supplyAsync(() -> forger.claim().status())
                    .completeOnTimeout(0, 10, TimeUnit.SECONDS)
                    .join();
        });
        assertThat(status).isEqualTo(401);
    }

    // ---- settle

    @Test
    void settleAgainGivesTheSameAnswerAndChangesNothing() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        agent.done(0);
        agent.started(1);
        JsonNode settled = unit.settle(first, "FAILED", 23);
        assertThat(unit.settle(first, "FAILED", 23)).isEqualTo(settled);
        assertThat(settled.get("missing")).hasSize(2);
        assertThat(settled.get("suspects")).hasSize(1);
        assertThat(settled.get("suspects").get(0).asInt()).isEqualTo(1);
        assertThat(unit.counted()).isEqualTo(1);
    }

    @Test
    void resultsCountOnlyIfTheEndProvesThatTheAgentHeldTheToken() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        agent.done(0);
        assertThat(unit.settle(first, "FAILED", 137).get("missing")).hasSize(3);
        assertThat(unit.counted()).isZero();
        Agent again = new Agent(unit.open(second, 1));
        again.claim();
        again.done(0);
        assertThat(unit.settle(second, "FAILED", 13).get("missing")).hasSize(2);
        assertThat(unit.counted()).isEqualTo(1);
    }

    /** A drained agent gets SIGTERM and exits 23, whatever the cluster calls that. */
    @ParameterizedTest
    @CsvSource({"STOPPED,23", "LOST,23", "TIMED_OUT,23", "NOT_PLACED,23", "STOPPED,0", "LOST,0", "OUT_OF_MEMORY,21"})
    void theExitCodeAloneProvesWhateverTheClusterSaysOfTheEnd(String state, int exit) {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        agent.done(0);
        JsonNode settled = unit.settle(first, state, exit);
        assertThat(settled.get("proven").asBoolean()).isTrue();
        assertThat(settled.get("missing")).hasSize(2);
        assertThat(settled.get("stopList"))
                .as("a job that exited by itself has ended")
                .isEmpty();
        assertThat(unit.counted()).isEqualTo(1);
    }

    @Test
    void aPrivateTicketMakesTheResultsOfACrashedAgentCount() {
        Agent agent = new Agent(unit.open(first, 0, null, true));
        agent.claim();
        agent.done(0);
        agent.started(1);
        JsonNode settled = unit.settle(first, "FAILED", 137);
        assertThat(settled.get("missing")).hasSize(2);
        assertThat(settled.get("suspects").get(0).asInt()).isEqualTo(1);
    }

    @Test
    void aSettleThatComesLateTouchesNoNewerAttempt() {
        unit.open(first, 0);
        unit.settle(first, "LOST", null);
        JsonNode open = unit.open(second, 1);
        unit.settle(first, "FAILED", 1);
        assertThat(unit.state(open.get("attempt").get("attempt").asString())).isEqualTo("PENDING");
        assertThat(unit.settle(UUID.randomUUID(), "SUCCEEDED", 0).get("epoch").asInt())
                .isEqualTo(2);
        assertThat(unit.state(open.get("attempt").get("attempt").asString())).isEqualTo("PENDING");
    }

    @Test
    void aLostJobStaysOnTheStopListUntilItsEndIsKnown() {
        unit.open(first, 0);
        assertThat(unit.settle(first, "LOST", null).get("stopList")).hasSize(1);
        assertThat(unit.open(second, 1).get("stopList")).hasSize(1);
        assertThat(unit.settle(first, "STOPPED", null).get("stopList")).isEmpty();
    }

    @Test
    void resultsOfAClosedRunNeverCount() {
        Agent agent = new Agent(unit.open(first, 0, null, true));
        agent.claim();
        agent.done(0);
        unit.endRun("ABORTED");
        unit.settle(first, "SUCCEEDED", 0);
        assertThat(unit.counted()).isZero();
        assertThat(unit.outcomes()).containsOnly("missing");
    }

    @Test
    void whatWasRecordedOfAnItemThatIsNotDoneDoesNotCount() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        agent.results(Agent.extraction(0, "half"));
        agent.done(1);
        unit.settle(first, "FAILED", 23);
        assertThat(unit.counted()).isEqualTo(1);
        assertThat(unit.outcomes()).containsExactly("missing", "INDEXED", "missing");
    }

    // ---- conclude and fence

    @Test
    void concludeGivesTheMissingItemsTheirOutcomeAndOnlyThem() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        agent.done(0);
        unit.settle(first, "FAILED", 23);
        assertThat(unit.conclude(List.of(0, 1), 0, "CRASHED").get("answer").asString())
                .isEqualTo("STALE");
        assertThat(unit.conclude(List.of(0, 1), 1, "CRASHED").get("answer").asString())
                .isEqualTo("OK");
        assertThat(unit.outcomes()).containsExactly("INDEXED", "FAILED(CRASHED)", "missing");
        JsonNode rest = unit.conclude(null, null, "CANCELLED");
        assertThat(rest.get("done").asBoolean()).isTrue();
        assertThat(unit.outcomes()).containsExactly("INDEXED", "FAILED(CRASHED)", "FAILED(CANCELLED)");
    }

    @Test
    void withoutAnEpochOnlyACancellationConcludes() {
        unit.open(first, 0);
        Answer refused = unit.concludeAnswer(null, null, "CRASHED");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("detail").asString()).contains("CRASHED").contains("after");
        assertThat(unit.outcomes()).containsOnly("missing");
        assertThat(unit.conclude(null, null, "CANCELLED").get("done").asBoolean())
                .isTrue();
    }

    @Test
    void concludeClosesAnOpenAttemptAndListsItsJob() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        JsonNode concluded = unit.conclude(null, null, "CANCELLED");
        assertThat(concluded.get("stopList").get(0).get("jobId").asString()).isEqualTo("q-" + unit.id + "-1");
        assertThat(agent.done(0).status()).isEqualTo(410);
        assertThat(unit.open(second, 1).get("answer").asString()).isEqualTo("DONE");
    }

    @Test
    void fenceBurnsAnEpochSoThatWhateverWasUnderWayIsStale() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        assertThat(unit.fence(0).get("answer").asString()).isEqualTo("STALE");
        JsonNode fenced = unit.fence(1);
        assertThat(fenced.get("answer").asString()).isEqualTo("OK");
        assertThat(fenced.get("epoch").asInt()).isEqualTo(2);
        assertThat(fenced.get("stopList")).hasSize(1);
        assertThat(agent.items().status()).isEqualTo(410);
        assertThat(unit.open(second, 1).get("answer").asString()).isEqualTo("STALE");
        assertThat(unit.fence(1).get("answer").asString())
                .as("a second execution of the watchdog")
                .isEqualTo("STALE");
        assertThat(unit.open(second, 2).get("answer").asString()).isEqualTo("OPEN");
    }

    @Test
    void ofManyOpeningsAtOnceOneWins() throws Exception {
        List<String> answers = AtOnce.calls(
                16, () -> unit.open(UUID.randomUUID(), 0).get("answer").asString());
        assertThat(answers).containsOnlyOnce("OPEN");
        assertThat(answers).allMatch(answer -> answer.equals("OPEN") || answer.equals("STALE"));
    }

    private void indexAll(UUID request, int after) {
        Agent agent = new Agent(unit.open(request, after));
        agent.claim();
        Unit.all(unit.items).forEach(agent::done);
        assertThat(unit.settle(request, "SUCCEEDED", 0).get("done").asBoolean()).isTrue();
    }
}
