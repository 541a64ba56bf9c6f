package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import dev.quarry.postgres.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on an emulated ECS, each with something that goes wrong. At the end of each no task runs. */
@EnabledIf(
        value = "dev.quarry.dev.endtoend.EcsTasks#isThere",
        disabledReason = "there is no moto for the emulated ECS; ./quarry setup installs it")
@Timeout(180)
@SuppressWarnings("NullAway.Init") // filled in before the first test
class EcsEndToEnd {
    private static final int FILES = 40;
    private static final double SECONDS_EACH = 0.1;

    @TempDir
    private static Path folder;

    private static EcsTasks ecs;
    private static FaultProxy proxy;
    private static TestStack stack;

    @BeforeAll
    static void start() throws Exception {
        ecs = EcsTasks.start(folder);
        int port = FreePort.find();
        proxy = new FaultProxy(port, ecs.address());
        proxy.keepBodies("RunTask");
        stack = TestStack.start(EcsTasks.workerSettings("http://127.0.0.1:" + port));
    }

    /** What the tests made it write, whatever went wrong. */
    @AfterAll
    static void nothingThatWasWrittenHoldsASecret() throws Exception {
        try {
            if (stack != null) {
                assertThat(SecretScan.of(stack.parts(), Map.of()).findings()).isEmpty();
            }
        } finally {
            stop();
        }
    }

    private static void stop() throws Exception {
        if (stack != null) {
            stack.close();
        }
        if (proxy != null) {
            proxy.close();
        }
        if (ecs != null) {
            ecs.close();
        }
    }

    @AfterEach
    void noSpecHoldsASecret() throws Exception {
        List<String> specs = proxy.takeBodies();
        assertThat(specs).isNotEmpty();
        assertThat(JobSpecs.findings(specs, SecretText.of(stack.parts(), Map.of())))
                .isEmpty();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        proxy.loseReplies("(?!)", 0);
        ecs.set("modifyBurst", 100);
        ecs.set("modifyPerSecond", 40);
        ecs.awaitNothingLeft();
    }

    @Test
    void throttledStartsAreTriedAgain() throws Exception {
        long before = ecs.throttled("RunTask");
        ecs.set("modifyBurst", 1);
        ecs.set("modifyPerSecond", 1);
        TestStore store = filled("ecs-throttled");
        store.assertIndexed(store.run());
        assertThat(ecs.throttled("RunTask")).as("throttled starts").isGreaterThan(before);
        assertNothingWasDoneAgain(store);
    }

    @Test
    void aStartWhoseReplyIsLostStartsNoSecondTask() throws Exception {
        long before = ecs.started();
        proxy.loseReplies("RunTask", 2);
        TestStore store = filled("ecs-lost-reply");
        store.assertIndexed(store.run());
        assertThat(proxy.lost()).isEqualTo(2);
        assertEachAttemptStartedOneTask(store, before);
        assertNothingWasDoneAgain(store);
    }

    @Test
    void tasksThatEcsForgetsAreDoneAgainAndWhatTheyStillDoDoesNotCountTwice() throws Exception {
        TestStore store = survives("ecs-forgotten", () -> {
            for (String task : ecs.alive()) {
                ecs.forget(task);
            }
        });
        assertDoneAgainOnce(store, "unknown to the cluster");
    }

    /** Nothing but the fence keeps it from writing: ECS, which has forgotten it, does not stop it. */
    @Test
    void aTaskOfAnOlderEpochThatComesBackWhileItsSuccessorWorksIsRefused() throws Exception {
        TestStore store = stack.store("ecs-zombie");
        store.turtles(20, 0.5);
        RunTotals run = store.begin();
        store.awaitHalfway();
        Zombie zombie = Zombie.freeze(stack);
        ecs.forget(stack.ledger().handleOf(zombie.job()));
        zombie.awaitSuccessorAtWork();
        zombie.thaw();
        zombie.awaitRefusalAndEnd();
        store.assertIndexed(store.end(run));
        zombie.assertOneSuccessor();
        assertDoneAgainOnce(store, "unknown to the cluster");
    }

    @Test
    void tasksThatSpotTakesAwayAreDoneAgain() throws Exception {
        TestStore store = survives("ecs-spot", () -> {
            for (String task : ecs.alive()) {
                ecs.interrupt(task);
            }
        });
        assertDoneAgainOnce(store, "SpotInterruption");
    }

    @Test
    void aKilledWorkerFindsItsTasksAgain() throws Exception {
        long before = ecs.started();
        TestStore store = survives("ecs-worker-killed", () -> {
            stack.parts().worker().kill();
            stack.parts().worker().start();
        });
        assertEachAttemptStartedOneTask(store, before);
        assertNothingWasDoneAgain(store);
    }

    /** No agent may claim before the next worker has asked for the same task again: else it would find the attempt running. */
    @Test
    void aWorkerKilledWhileItStartsATaskStartsNoSecondOne() throws Exception {
        long before = ecs.started();
        TestStore store = filled("ecs-start-killed");
        stack.jobProxy().hold("^POST /v1/attempts/claim$", 100);
        proxy.loseReplies("RunTask", 1);
        RunTotals run = store.begin();
        try {
            TestStore.await("a start", Duration.ofSeconds(30), () -> proxy.lost() > 0);
            stack.parts().worker().kill();
            stack.parts().worker().start();
            store.awaitSecondSubmission(proxy);
        } finally {
            stack.jobProxy().letGo();
        }
        store.assertIndexed(store.end(run));
        assertEachAttemptStartedOneTask(store, before);
        assertNothingWasDoneAgain(store);
    }

    private static void assertEachAttemptStartedOneTask(TestStore store, long startedBefore) throws Exception {
        assertThat(ecs.started() - startedBefore)
                .as("tasks, one an attempt")
                .isEqualTo(stack.ledger().attempts(store.name()));
    }

    private static void assertNothingWasDoneAgain(TestStore store) {
        assertThat(stack.ledger().epochs(store.name())).as("epochs of units").containsOnly("1");
    }

    private static void assertDoneAgainOnce(TestStore store, String why) {
        assertThat(stack.ledger().ends(store.name()))
                .as("ends of attempts")
                .anyMatch(end -> end.startsWith("LOST") && end.contains(why));
        assertThat(stack.ledger().epochs(store.name()))
                .as("epochs of units")
                .contains("2")
                .isSubsetOf("1", "2");
    }

    private static TestStore survives(String name, TestStore.Fault fault) throws Exception {
        TestStore store = filled(name);
        store.survives(() -> {
            assertThat(ecs.alive()).as("tasks when the fault comes").isNotEmpty();
            fault.happens();
        });
        return store;
    }

    private static TestStore filled(String name) throws Exception {
        TestStore store = stack.store(name);
        store.turtles(FILES, SECONDS_EACH);
        return store;
    }
}
