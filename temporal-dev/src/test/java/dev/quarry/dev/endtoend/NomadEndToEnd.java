package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs on a real Nomad, each with something that goes wrong. At the end of each nothing runs and nothing is registered. */
@EnabledIf(value = "dev.quarry.dev.endtoend.NomadCluster#isThere", disabledReason = "there is no nomad on the PATH")
@Timeout(240)
@SuppressWarnings("NullAway.Init") // filled in before the first test
class NomadEndToEnd {
    private static final double SECONDS_EACH = 0.15;

    private static final List<String> CALLS_FOR_ONE = List.of(
            "^PUT /v1/jobs",
            "^GET /v1/job/[^/]+/allocations",
            "^GET /v1/job/[^/]+/evaluations",
            "^GET /v1/job/[^/]+$",
            "^GET /v1/event");
    private static final List<String> LISTS =
            List.of("^PUT /v1/jobs", "^GET /v1/jobs", "^GET /v1/allocations", "^GET /v1/evaluations", "^GET /v1/event");

    @TempDir
    private static Path folder;

    private static NomadCluster nomad;
    private static SchedulerStack scheduler;
    private static FaultProxy proxy;
    private static TestStack stack;

    @BeforeAll
    static void start() throws Exception {
        nomad = NomadCluster.start(folder);
        // No node has room for the lane "tight".
        scheduler = SchedulerStack.start(
                nomad,
                "^PUT /v1/jobs",
                SECONDS_EACH,
                NomadEndToEnd::workerSettings,
                Map.of("QUARRY_ATTEMPT_PENDINGDEADLINE", "PT20S", "QUARRY_LANES_1_MEMORYMB", "1000000"));
        proxy = scheduler.proxy();
        stack = scheduler.stack();
    }

    private static Map<String, String> workerSettings(String address) {
        return Map.of(
                "QUARRY_BACKEND", "nomad",
                "NOMAD_ADDR", address,
                "QUARRY_NOMAD_DRIVER", "raw_exec",
                "QUARRY_NOMAD_TIMEOUT", "PT2S");
    }

    @AfterAll
    static void nothingThatWasWrittenHoldsASecret() throws Exception {
        try (SchedulerStack ending = scheduler) {
            if (ending != null) {
                ending.assertNoSecretWasWritten();
            }
        }
    }

    @BeforeEach
    void everythingIsUp() throws Exception {
        nomad.awaitNodes();
    }

    @AfterEach
    void noSpecHoldsASecret() throws Exception {
        scheduler.assertNoSpecHoldsASecret();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        proxy.refuse("(?!)", 0, 0);
        proxy.loseReplies("(?!)", 0);
        proxy.cutAnswersAfter(Duration.ofDays(1));
        nomad.awaitNothingLeft();
    }

    @Test
    void aWorkerKilledWithJobsRunningFindsThemAgain() throws Exception {
        assertEachAttemptRanOnce(scheduler.survivesAKilledWorker("nomad-worker-killed"));
    }

    @Test
    void aWorkerKilledWhileItSubmitsStartsNoSecondJob() throws Exception {
        assertEachAttemptRanOnce(scheduler.survivesAWorkerKilledWhileItSubmits("nomad-submit-killed"));
    }

    @Test
    void aWorkerKilledBeforeItCouldSubmitLeavesTheJobToTheNextOnce() throws Exception {
        assertEachAttemptRanOnce(scheduler.survivesAWorkerKilledBeforeItCouldSubmit("nomad-before-submit"));
    }

    @Test
    void aNomadServerThatIsKilledAndComesBackLosesNothing() throws Exception {
        scheduler.survives("nomad-server-killed", () -> {
            nomad.server().kill();
            int before = proxy.unreached();
            TestStore.await("a call that meets no server", Duration.ofSeconds(30), () -> proxy.unreached() > before);
            nomad.server().start();
        });
    }

    @Test
    void aNodesAgentThatIsKilledAndComesBackFindsItsTasksAgain() throws Exception {
        TestStore store = scheduler.filled("nomad-node-killed");
        // On a machine too busy to have them back within a second of silence Nomad places their jobs again.
        store.toleratesAlarms();
        scheduler.survives(store, () -> {
            nomad.node(0).kill();
            nomad.node(1).kill();
            nomad.node(0).start();
            nomad.node(1).start();
        });
    }

    @Test
    void anEventStreamThatIsCutEverySecondIsNoHindrance() throws Exception {
        TestStore store = scheduler.filled("nomad-cut");
        assertEndsAreSeenWithoutRelist(store);
    }

    /** What ended while there was no connection is read with the next one. */
    @Test
    void anEventStreamThatTellsNothingAndIsCutEverySecondIsNoHindrance() throws Exception {
        TestStore store = scheduler.filled("nomad-mute");
        proxy.swallow("^GET /v1/event");
        try {
            assertEndsAreSeenWithoutRelist(store);
        } finally {
            proxy.swallow("(?!)");
        }
    }

    /** The next relist comes long after a test gives up. */
    private static void assertEndsAreSeenWithoutRelist(TestStore store) throws Exception {
        proxy.cutAnswersAfter(Duration.ofSeconds(1));
        try {
            stack.replaceWorker(Map.of("QUARRY_RELIST", "PT10M", "QUARRY_NOMAD_IDLE", "PT20M"));
            store.assertIndexed(store.run());
        } finally {
            stack.replaceWorker(Map.of());
        }
        assertEachAttemptRanOnce(store);
        scheduler.assertNothingWasDoneAgain(store);
    }

    /** One job by itself is read by calls of its own, many by lists; 0 is no answer at all. */
    @ParameterizedTest
    @ValueSource(ints = {500, 429, 0})
    void eachCallThatGetsThisStatusIsTriedAgain(int status) throws Exception {
        cutEverySecond();
        TestStore few = stack.store("nomad-few-" + status);
        few.turtles(5, 0.1);
        Files.writeString(few.folder().resolve("one.tight"), "text tight");
        proxy.refuseEach(CALLS_FOR_ONE, status, 2);
        RunTotals run = few.begin();
        TestStore.await(
                "five files to be indexed beside one that finds no place",
                Duration.ofSeconds(90),
                () -> stack.ledger().missing(few.name()) == 1);
        awaitRefusalOfEach();
        assertThat(cancelledThoughStopsGet(status, few, run).count("indexed")).isEqualTo(5);
        assertEachAttemptRanAtMostOnce(few);

        TestStore many = stack.store("nomad-many-" + status);
        for (int number = 0; number < 150; number++) {
            Files.writeString(many.folder().resolve("f" + number + ".tight"), "text tight");
        }
        proxy.refuseEach(LISTS, status, 2);
        run = many.begin();
        awaitRefusalOfEach();
        assertThat(cancelledThoughStopsGet(status, many, run).count("indexed")).isZero();
    }

    private static void awaitRefusalOfEach() throws Exception {
        try {
            TestStore.await(
                    "each call to be refused",
                    Duration.ofSeconds(60),
                    () -> proxy.notRefused().isEmpty());
        } catch (AssertionError e) {
            throw new AssertionError("never refused: " + proxy.notRefused(), e);
        }
    }

    private static RunTotals cancelledThoughStopsGet(int status, TestStore store, RunTotals run) throws Exception {
        proxy.refuse("^DELETE /v1/job/", status, 2);
        stack.api().cancel(run.run());
        RunTotals totals = store.end(run);
        assertThat(totals.state()).isEqualTo("CANCELLED");
        assertThat(proxy.refused()).as("refused stops").isEqualTo(2);
        return totals;
    }

    @Test
    void aDrainedNodesJobsAreDoneAgainElsewhere() throws Exception {
        TestStore store = scheduler.filled("nomad-drain");
        store.toleratesAlarms(); // servers before 1.11 start a drained job again, and its second claim is one
        List<String> drained = new ArrayList<>();
        try {
            store.survives(() -> {
                drained.add("/v1/node/" + nomad.nodeId(nomad.busyNode()) + "/drain");
                nomad.put(drained.get(0), "{\"DrainSpec\":{\"Deadline\":-1}}");
            });
        } finally {
            for (String node : drained) {
                nomad.put(node, "{\"DrainSpec\":null,\"MarkEligible\":true}");
            }
        }
        assertThat(stack.ledger().attempts(store.name()))
                .as("attempts, some done again")
                .isGreaterThan(stack.ledger().units(store.name()));
    }

    @Test
    void whatASilentNodeStillRunsCountsOnceWhateverNomadStartsInstead() throws Exception {
        TestStore store = scheduler.filled("nomad-silent-node");
        store.toleratesAlarms();
        RunTotals run = store.begin();
        store.awaitHalfway();
        NomadNode silent = nomad.node(nomad.busyNode());
        silent.halt();
        try {
            TestStore.await(
                    "the node to be given up",
                    Duration.ofSeconds(60),
                    () -> nomad.get("/v1/nodes").findValuesAsText("Status").contains("down"));
            RunTotals totals = store.end(run);
            store.assertIndexed(totals);
            assertThat(stack.ledger().alarms(totals.run()))
                    .as("second claims by jobs that Nomad started again")
                    .isNotEmpty()
                    .allMatch(alarm -> alarm.startsWith("CLAIMED_TWICE"));
            assertThat(stack.ledger().epochsClaimedTwice(totals.run()))
                    .as("epochs of units whose job was started twice")
                    .containsOnly("2");
            assertThat(stack.ledger().epochs(store.name()))
                    .as("epochs of units")
                    .isSubsetOf("1", "2");
        } finally {
            silent.resume();
        }
    }

    /** Its node is silent as well, so that nobody stops it: nothing but the fence keeps it from writing. */
    @Test
    void aJobOfAnOlderEpochThatComesBackWhileItsSuccessorWorksIsRefused() throws Exception {
        TestStore store = stack.store("nomad-zombie");
        store.turtles(20, 0.7);
        store.toleratesAlarms(); // servers before 1.8 start it again under the old epoch first
        RunTotals run = store.begin();
        store.awaitHalfway();
        Zombie zombie = Zombie.freeze(stack);
        NomadNode silent = nomad.node(nomad.nodeOf(zombie.job()));
        silent.halt();
        try {
            zombie.awaitSuccessorAtWork();
            zombie.thaw();
            zombie.awaitRefusalAndEnd();
        } finally {
            silent.resume();
        }
        store.assertIndexed(store.end(run));
        zombie.assertOneSuccessor();
    }

    @Test
    void jobsThatAnOperatorStopsAreDoneAgain() throws Exception {
        TestStore store = scheduler.survives("nomad-stopped", () -> {
            for (String job : nomad.running()) {
                nomad.delete("/v1/job/" + job);
            }
        });
        scheduler.assertDoneAgainOnce(store, "STOPPED", "");
    }

    @Test
    void jobsThatAnOperatorPurgesAreDoneAgain() throws Exception {
        TestStore store = scheduler.survives("nomad-purged", () -> {
            for (String job : nomad.running()) {
                nomad.delete("/v1/job/" + job + "?purge=true");
            }
        });
        scheduler.assertDoneAgainOnce(store, "LOST", "");
    }

    @Test
    void aJobThatNomadForgotBeforeWeLookedIsDoneAgain() throws Exception {
        TestStore store = scheduler.filled("nomad-forgotten");
        RunTotals run = store.begin();
        store.awaitHalfway();
        stack.parts().worker().kill();
        TestStore.await(
                "the jobs to end", Duration.ofSeconds(40), () -> nomad.running().isEmpty());
        nomad.put("/v1/system/gc", "");
        TestStore.await(
                "Nomad to forget",
                Duration.ofSeconds(40),
                () -> nomad.get("/v1/jobs").isEmpty());
        stack.parts().worker().start();
        store.assertIndexed(store.end(run));
        scheduler.assertDoneAgainOnce(store, "LOST", "");
    }

    @Test
    void aRunCancelledWhileAJobWaitsToBeAttachedStopsTheJob() throws Exception {
        TestStore store = stack.store("nomad-cancelled");
        store.turtles(4, 20);
        stack.controlProxy().refuse("/handle$", 503, 1000);
        try {
            RunTotals run = store.begin();
            TestStore.await(
                    "a handle that is not kept",
                    Duration.ofSeconds(40),
                    () -> stack.controlProxy().refused() > 0);
            // Before the next try finds the job: from now on every try fails at once.
            stack.controlProxy().refuse("/(handle|attempts)$", 503, 1000);
            TestStore.await(
                    "a job that nobody waits for",
                    Duration.ofSeconds(40),
                    () -> !nomad.running().isEmpty());
            proxy.refuse("^DELETE /v1/job/", 500, 2);
            stack.api().cancel(run.run());
            assertThat(store.end(run).state()).isEqualTo("CANCELLED");
            assertThat(proxy.refused()).as("refused stops").isEqualTo(2);
        } finally {
            stack.controlProxy().refuse("(?!)", 0, 0);
        }
    }

    /** A stream that is open already is not cut, so the worker begins a new one. */
    private static void cutEverySecond() throws Exception {
        proxy.cutAnswersAfter(Duration.ofSeconds(1));
        scheduler.replaceKilledWorker();
    }

    @Test
    void aJobThatNoNodeHasRoomForIsStoppedSaysWhatWasShortAndIsTriedAgain() throws Exception {
        TestStore store = stack.store("nomad-no-room");
        Files.writeString(store.folder().resolve("one.tight"), "text tight");
        RunTotals run = store.begin();
        TestStore.await(
                "an attempt in vain and another",
                Duration.ofSeconds(60),
                () -> stack.ledger().attempts(store.name()) >= 2);
        assertThat(stack.ledger().ends(store.name()))
                .first(InstanceOfAssertFactories.STRING)
                .contains("NOT_PLACED")
                .contains("memory");
        stack.api().cancel(run.run());
        assertThat(store.end(run).state()).isEqualTo("CANCELLED");
    }

    private static void assertEachAttemptRanAtMostOnce(TestStore store) throws Exception {
        Map<String, Integer> placements = nomad.placements();
        assertThat(stack.ledger().jobs(store.name()))
                .isNotEmpty()
                .allSatisfy(job -> assertThat(placements.getOrDefault(job, 0)).isLessThanOrEqualTo(1));
    }

    private static void assertEachAttemptRanOnce(TestStore store) throws Exception {
        Map<String, Integer> placements = nomad.placements();
        assertThat(stack.ledger().jobs(store.name()))
                .isNotEmpty()
                .allSatisfy(job -> assertThat(placements).containsEntry(job, 1));
    }
}
