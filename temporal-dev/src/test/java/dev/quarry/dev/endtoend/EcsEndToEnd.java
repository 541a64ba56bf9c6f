package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.postgres.FreePort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** Whole runs on an emulated ECS, each with something that goes wrong. At the end of each no task runs. */
@EnabledIf(
        value = "dev.quarry.dev.endtoend.EcsTasks#isThere",
        disabledReason = "there is no moto for the emulated ECS; ./quarry setup installs it")
@Timeout(180)
@SuppressWarnings("NullAway.Init") // filled in before the first test
class EcsEndToEnd {
    private static final int FILES = 40;
    private static final double SECONDS_EACH = 0.1;

    private static EcsTasks ecs;
    private static FaultProxy proxy;
    private static TestStack stack;

    @BeforeAll
    static void start() throws Exception {
        ecs = EcsTasks.start();
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
        TestStore.await(
                "all tasks to end", Duration.ofSeconds(40), () -> ecs.alive().isEmpty());
    }

    @Test
    void throttledStartsAreTriedAgain() throws Exception {
        ecs.set("modifyBurst", 1);
        ecs.set("modifyPerSecond", 1);
        TestStore store = filled("ecs-throttled");
        store.assertIndexed(store.run());
    }

    @Test
    void aStartWhoseReplyIsLostStartsNoSecondTask() throws Exception {
        long before = ecs.started();
        proxy.loseReplies("RunTask", 2);
        TestStore store = filled("ecs-lost-reply");
        store.assertIndexed(store.run());
        assertThat(proxy.lost()).isEqualTo(2);
        assertThat(ecs.started() - before).isEqualTo(stack.ledger().attempts(store.name()));
    }

    @Test
    void tasksThatEcsForgetsAreDoneAgainAndWhatTheyStillDoDoesNotCountTwice() throws Exception {
        survives("ecs-forgotten", () -> {
            for (String task : ecs.alive()) {
                ecs.forget(task);
            }
        });
    }

    @Test
    void tasksThatSpotTakesAwayAreDoneAgain() throws Exception {
        survives("ecs-spot", () -> {
            for (String task : ecs.alive()) {
                ecs.interrupt(task);
            }
        });
    }

    @Test
    void aKilledWorkerFindsItsTasksAgain() throws Exception {
        long before = ecs.started();
        TestStore store = survives("ecs-worker-killed", () -> {
            stack.parts().worker().kill();
            stack.parts().worker().start();
        });
        assertThat(ecs.started() - before).isEqualTo(stack.ledger().attempts(store.name()));
        assertThat(stack.ledger().attempts(store.name()))
                .as("attempts, one a unit")
                .isEqualTo(stack.ledger().units(store.name()));
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
