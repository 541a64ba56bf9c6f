package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import java.nio.file.Path;
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
    private static final double SECONDS_EACH = 0.1;

    @TempDir
    private static Path folder;

    private static EcsTasks ecs;
    private static SchedulerStack scheduler;
    private static FaultProxy proxy;
    private static TestStack stack;

    @BeforeAll
    static void start() throws Exception {
        ecs = EcsTasks.start(folder);
        scheduler = SchedulerStack.start(ecs, "RunTask", SECONDS_EACH, EcsTasks::workerSettings, Map.of());
        proxy = scheduler.proxy();
        stack = scheduler.stack();
    }

    @AfterAll
    static void nothingThatWasWrittenHoldsASecret() throws Exception {
        try (SchedulerStack ending = scheduler) {
            if (ending != null) {
                ending.assertNoSecretWasWritten();
            }
        }
    }

    @AfterEach
    void noSpecHoldsASecret() throws Exception {
        scheduler.assertNoSpecHoldsASecret();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        proxy.refuse("(?!)", 0, 0);
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
        TestStore store = scheduler.filled("ecs-throttled");
        store.assertIndexed(store.run());
        assertThat(ecs.throttled("RunTask")).as("throttled starts").isGreaterThan(before);
        scheduler.assertNothingWasDoneAgain(store);
    }

    @Test
    void aStartWhoseReplyIsLostStartsNoSecondTask() throws Exception {
        long before = ecs.started();
        proxy.loseReplies("RunTask", 2);
        TestStore store = scheduler.filled("ecs-lost-reply");
        store.assertIndexed(store.run());
        assertThat(proxy.lost()).isEqualTo(2);
        assertEachAttemptStartedOneTask(store, before);
        scheduler.assertNothingWasDoneAgain(store);
    }

    @Test
    void tasksThatEcsForgetsAreDoneAgainAndWhatTheyStillDoDoesNotCountTwice() throws Exception {
        TestStore store = scheduler.survives("ecs-forgotten", () -> {
            for (String task : ecs.running()) {
                ecs.forget(task);
            }
        });
        scheduler.assertDoneAgainOnce(store, "LOST", "unknown to the cluster");
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
        scheduler.assertDoneAgainOnce(store, "LOST", "unknown to the cluster");
    }

    @Test
    void tasksThatSpotTakesAwayAreDoneAgain() throws Exception {
        TestStore store = scheduler.survives("ecs-spot", () -> {
            for (String task : ecs.running()) {
                ecs.interrupt(task);
            }
        });
        scheduler.assertDoneAgainOnce(store, "LOST", "SpotInterruption");
    }

    @Test
    void aKilledWorkerFindsItsTasksAgain() throws Exception {
        long before = ecs.started();
        TestStore store = scheduler.survivesAKilledWorker("ecs-worker-killed");
        assertEachAttemptStartedOneTask(store, before);
    }

    @Test
    void aWorkerKilledWhileItStartsATaskStartsNoSecondOne() throws Exception {
        long before = ecs.started();
        TestStore store = scheduler.survivesAWorkerKilledWhileItSubmits("ecs-start-killed");
        assertEachAttemptStartedOneTask(store, before);
    }

    @Test
    void aWorkerKilledBeforeItCouldStartATaskLeavesThatToTheNextOnce() throws Exception {
        long before = ecs.started();
        TestStore store = scheduler.survivesAWorkerKilledBeforeItCouldSubmit("ecs-before-start");
        assertEachAttemptStartedOneTask(store, before);
    }

    private static void assertEachAttemptStartedOneTask(TestStore store, long startedBefore) throws Exception {
        assertThat(ecs.started() - startedBefore)
                .as("tasks, one an attempt")
                .isEqualTo(stack.ledger().attempts(store.name()));
    }
}
