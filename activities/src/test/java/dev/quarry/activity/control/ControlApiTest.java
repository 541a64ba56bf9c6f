package dev.quarry.activity.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.quarry.activity.control.ControlServer.Answer;
import dev.quarry.workflow.CloseAnswer;
import dev.quarry.workflow.ConcludeAnswer;
import dev.quarry.workflow.FailReason;
import dev.quarry.workflow.JobEnd;
import dev.quarry.workflow.RunState;
import dev.quarry.workflow.RunTotals;
import dev.quarry.workflow.SettleAnswer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlApiTest {
    private ControlServer server;
    private ControlApi api;

    @BeforeEach
    void start() throws Exception {
        server = new ControlServer((method, path, body) -> Answer.problem(404, "nothing_scripted"));
        api = server.client();
    }

    @AfterEach
    void bothSidesKeepToTheContract() {
        server.close();
        assertThat(server.violations).isEmpty();
    }

    @Test
    void everyCallOfARunKeepsToTheContract() {
        script("/control/v1/runs", Answers.run());
        Listed<ControlApi.Run> opened = api.openRun(
                "index/demo/docs",
                "first",
                Instant.parse("2026-11-24T06:00:00Z"),
                true,
                "d0b0a64e-5c4e-4a4b-8d0f-6f3f6b2d7c11");
        assertThat(opened.stopList()).containsExactly(new StopJob("q-w-3", "demo", null));
        ControlApi.Run run = opened.answer();
        assertThat(run.state()).isEqualTo(RunState.LIVE);
        assertThat(run.window()).isEqualTo(50);

        script("/advance", Answers.totals(false));
        RunTotals totals = api.advance(Answers.RUN, 1);
        assertThat(totals.listed()).isEqualTo(10);
        assertThat(totals.balanced()).isNull();
        assertThat(totals.startedAt()).isEqualTo(Instant.parse("2026-11-24T06:00:00Z"));

        script("/control/v1/runs/" + Answers.RUN, Answers.totals(true));
        assertThat(api.readRun(Answers.RUN).listingComplete()).isTrue();

        script("/units", Answers.units());
        assertThat(api.takeUnits(Answers.RUN, 1, 100).units()).hasSize(1);

        script("/units/read", Answers.unitState("DONE", 4, Answers.stop("q-x-1")));
        UnitState unit = api.readUnits(Answers.RUN, List.of(Answers.UNIT)).get(0);
        assertThat(unit.state()).isEqualTo(UnitState.State.DONE);
        assertThat(unit.stopList()).containsExactly(new StopJob("q-x-1", "demo", null));

        script(
                "/close",
                "{\"finished\":true,\"waits\":false,\"totals\":" + Answers.totals(true) + ",\"stopList\":"
                        + Answers.stop("q-y-2") + "}");
        Listed<CloseAnswer> closed = api.closeRun(Answers.RUN, true);
        assertThat(closed.answer().finished()).isTrue();
        assertThat(closed.stopList()).containsExactly(new StopJob("q-y-2", "demo", null));
    }

    @Test
    void everyCallOfAUnitKeepsToTheContract() {
        script("/attempts", Answers.open("PENDING", false, "[]"));
        OpenAnswer open = api.open(Answers.UNIT, new OpenAttempt(Answers.REQUEST, 0, null, true, 1, 1));
        assertThat(open.answer()).isEqualTo(OpenAnswer.Answer.OPEN);
        assertThat(open.attempt()).isNotNull();
        api.open(Answers.UNIT, new OpenAttempt(Answers.REQUEST, 7, List.of(1, 2), false, 4, 2));

        script("/settle", Answers.settled(Answers.stop("q-z-1")));
        Listed<SettleAnswer> settled =
                api.settle(Answers.UNIT, Answers.REQUEST, new JobEnd(JobEnd.State.FAILED, 21, "out of memory"));
        assertThat(settled.answer().suspects()).containsExactly(1);
        assertThat(settled.stopList()).hasSize(1);
        api.settle(Answers.UNIT, Answers.REQUEST, JobEnd.lost("gone"));

        script("/conclude", Answers.concluded("OK", 3, "[]"));
        assertThat(api.conclude(Answers.UNIT, List.of(1), 3L, FailReason.CRASHED, "it crashed")
                        .answer()
                        .answer())
                .isEqualTo(ConcludeAnswer.Answer.OK);
        api.conclude(Answers.UNIT, null, null, FailReason.CANCELLED, null);

        script("/fence", Answers.concluded("STALE", 5, "[]"));
        assertThat(api.fence(Answers.UNIT, 4).answer().epoch()).isEqualTo(5);

        script("/attempts/read", Answers.attemptState("RUNNING", 1234));
        assertThat(api.readAttempts(List.of(Answers.ATTEMPT)))
                .containsExactly(new AttemptState(Answers.ATTEMPT, Attempt.State.RUNNING, 1234, null));
    }

    @Test
    void aHandleOfAClosedAttemptIsGone() {
        server.script = (method, path, body) -> new Answer(204, "");
        assertThat(api.saveHandle(Answers.ATTEMPT, "memory:x")).isTrue();
        server.script = (method, path, body) -> Answer.problem(410, "attempt_closed");
        assertThat(api.saveHandle(Answers.ATTEMPT, "memory:x")).isFalse();
    }

    @Test
    void oneTokenServesManyCalls() {
        script("/advance", Answers.totals(false));
        api.advance(Answers.RUN, 1);
        api.advance(Answers.RUN, 2);
        assertThat(server.tokens).hasValue(1);
    }

    @Test
    void aTokenThatIsAboutToExpireIsReplaced() {
        server.tokenSeconds = 0;
        script("/advance", Answers.totals(false));
        api.advance(Answers.RUN, 1);
        api.advance(Answers.RUN, 2);
        assertThat(server.tokens).hasValue(2);
    }

    @Test
    void aRefusedTokenIsReplacedOnce() {
        script("/advance", Answers.totals(false));
        api.advance(Answers.RUN, 1);
        server.tokens.set(41); // as if the API's keys had changed: token-1 is refused from now on
        assertThat(api.advance(Answers.RUN, 2).listed()).isEqualTo(10);
        assertThat(server.tokens).hasValue(42);
    }

    @Test
    void aSecond401IsAFailureThatMayPass() {
        AtomicInteger calls = new AtomicInteger();
        server.script = (method, path, body) -> {
            calls.incrementAndGet();
            return Answer.problem(401, "bad_token");
        };
        ControlApiException failure = failureOf(() -> api.advance(Answers.RUN, 1));
        assertThat(failure.mayPass()).isTrue();
        assertThat(calls).hasValue(2);
    }

    @Test
    void aRefusalSaysWhatAndWhyAndIsFinal() {
        server.script = (method, path, body) -> Answer.problem(409, "younger_chain");
        ControlApiException failure = failureOf(() -> api.advance(Answers.RUN, 1));
        assertThat(failure.mayPass()).isFalse();
        assertThat(failure.code()).isEqualTo("younger_chain");
        assertThat(failure)
                .hasMessageContaining("advance")
                .hasMessageContaining("409")
                .hasMessageContaining("because");
    }

    @Test
    void aServerThatIsDownOrAwayMayPass() {
        server.script = (method, path, body) -> new Answer(503, "<html>not a problem detail</html>");
        assertThat(failureOf(() -> api.advance(Answers.RUN, 1)).mayPass()).isTrue();
        ControlApi nobody = new ControlApi(
                URI.create("http://127.0.0.1:1"), new ClientCredentials("a", "b"), Duration.ofSeconds(2));
        assertThat(failureOf(() -> nobody.advance(Answers.RUN, 1)).mayPass()).isTrue();
    }

    @Test
    void noSecretIsPrinted() {
        ControlApi wrong = new ControlApi(
                server.address(), new ClientCredentials("quarry-worker", "wr0ng-secret"), Duration.ofSeconds(2));
        ControlApiException failure = failureOf(() -> wrong.advance(Answers.RUN, 1));
        assertThat(failure).hasMessageContaining("quarry-worker").hasMessageNotContaining("wr0ng-secret");
        assertThat(new ClientCredentials("id", "wr0ng-secret").toString()).doesNotContain("wr0ng-secret");
        script("/attempts", Answers.open("PENDING", false, "[]"));
        OpenAnswer open = api.open(Answers.UNIT, new OpenAttempt(Answers.REQUEST, 0, null, true, 1, 1));
        assertThat(open.toString()).doesNotContain(Answers.TICKET);
        script(
                "/attempts",
                Answers.open("PENDING", false, "[]").replace("\"epoch\":1,\"attempt\"", "\"epoch\":[],\"attempt\""));
        assertThat(failureOf(() -> api.open(Answers.UNIT, new OpenAttempt(Answers.REQUEST, 0, null, true, 1, 1))))
                .hasMessageNotContaining("qt_");
        server.violations.clear(); // the broken answer was meant
    }

    private static ControlApiException failureOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(ControlApiException.class, call);
    }

    private void script(String end, String answer) {
        server.script =
                (method, path, body) -> path.endsWith(end) ? Answer.ok(answer) : Answer.problem(404, "not_scripted");
    }
}
