package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.client.RunTotals;
import dev.quarry.postgres.FreePort;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stack that meets its scheduler through a proxy which misbehaves as it is told, and the runs that are done on it. */
final class SchedulerStack implements AutoCloseable {
    private static final int FILES = 40;

    private final Cluster cluster;
    private final FaultProxy proxy;
    private final TestStack stack;
    private final String submission;
    private final double secondsEach;

    private SchedulerStack(Cluster cluster, FaultProxy proxy, TestStack stack, String submission, double secondsEach) {
        this.cluster = cluster;
        this.proxy = proxy;
        this.stack = stack;
        this.submission = submission;
        this.secondsEach = secondsEach;
    }

    /** What a worker needs to know of a scheduler at this address. */
    interface WorkerSettings {
        Map<String, String> at(String address) throws IOException;
    }

    /**
     * Owns the cluster from here on.
     *
     * @param submission of a job, as {@link FaultProxy} names calls
     * @param secondsEach of the files of its stores
     */
    static SchedulerStack start(
            Cluster cluster, String submission, double secondsEach, WorkerSettings worker, Map<String, String> api)
            throws Exception {
        FaultProxy proxy = null;
        TestStack stack = null;
        try {
            int port = FreePort.find();
            proxy = new FaultProxy(port, cluster.address());
            proxy.keepBodies(submission);
            stack = TestStack.start(worker.at("http://127.0.0.1:" + port), api);
            return new SchedulerStack(cluster, proxy, stack, submission, secondsEach);
        } finally {
            if (stack == null) {
                close(cluster, proxy);
            }
        }
    }

    private static void close(Cluster cluster, @Nullable FaultProxy proxy) throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        cluster.close();
    }

    @Override
    public void close() throws Exception {
        try {
            stack.close();
        } finally {
            close(cluster, proxy);
        }
    }

    FaultProxy proxy() {
        return proxy;
    }

    TestStack stack() {
        return stack;
    }

    /** What the tests made it write, whatever went wrong. */
    void assertNoSecretWasWritten() throws Exception {
        assertThat(SecretScan.of(stack.parts(), Map.of()).findings()).isEmpty();
    }

    /** Of those that were submitted since this was asked last. */
    void assertNoSpecHoldsASecret() throws Exception {
        List<String> specs = proxy.takeBodies();
        assertThat(specs).isNotEmpty();
        assertThat(JobSpecs.findings(specs, SecretText.of(stack.parts(), Map.of())))
                .isEmpty();
    }

    TestStore filled(String name) throws Exception {
        TestStore store = stack.store(name);
        store.turtles(FILES, secondsEach);
        return store;
    }

    /** The store, of which a run has ended well. */
    TestStore survives(String name, TestStore.Fault fault) throws Exception {
        TestStore store = filled(name);
        survives(store, fault);
        return store;
    }

    void survives(TestStore store, TestStore.Fault fault) throws Exception {
        store.survives(() -> {
            assertThat(cluster.running()).as("jobs when the fault comes").isNotEmpty();
            fault.happens();
        });
    }

    void replaceKilledWorker() throws Exception {
        stack.parts().worker().kill();
        stack.parts().worker().start();
    }

    TestStore survivesAKilledWorker(String name) throws Exception {
        TestStore store = survives(name, this::replaceKilledWorker);
        assertNothingWasDoneAgain(store);
        return store;
    }

    /** No agent may claim before the next worker has submitted the same job again: else it would find the attempt running. */
    TestStore survivesAWorkerKilledWhileItSubmits(String name) throws Exception {
        TestStore store = filled(name);
        stack.jobProxy().hold("^POST /v1/attempts/claim$", 100);
        proxy.loseReplies(submission, 1);
        RunTotals run = store.begin();
        try {
            TestStore.await("a submission", Duration.ofSeconds(30), () -> proxy.lost() > 0);
            replaceKilledWorker();
            store.awaitSecondSubmission(proxy);
        } finally {
            stack.jobProxy().letGo();
        }
        store.assertIndexed(store.end(run));
        assertNothingWasDoneAgain(store);
        return store;
    }

    TestStore survivesAWorkerKilledBeforeItCouldSubmit(String name) throws Exception {
        TestStore store = filled(name);
        proxy.refuse(submission, 500, 1_000);
        RunTotals run = store.begin();
        TestStore.await(
                "a submission that was refused and tried again",
                Duration.ofSeconds(30),
                () -> proxy.refused() > Math.max(1, stack.ledger().units(name)));
        stack.parts().worker().kill();
        proxy.refuse("(?!)", 0, 0);
        stack.parts().worker().start();
        store.assertIndexed(store.end(run));
        assertNothingWasDoneAgain(store);
        return store;
    }

    void assertNothingWasDoneAgain(TestStore store) {
        assertThat(stack.ledger().epochs(store.name())).as("epochs of units").containsOnly("1");
        assertThat(stack.ledger().attempts(store.name()))
                .as("attempts, one a unit")
                .isEqualTo(stack.ledger().units(store.name()));
    }

    /**
     * Some units took a second attempt, and none a third.
     *
     * @param end of an attempt: a state
     * @param why the cluster's own words
     */
    void assertDoneAgainOnce(TestStore store, String end, String why) {
        assertThat(stack.ledger().ends(store.name()))
                .as("ends of attempts")
                .anyMatch(one -> one.startsWith(end) && one.contains(why));
        assertThat(stack.ledger().epochs(store.name()))
                .as("epochs of units")
                .contains("2")
                .isSubsetOf("1", "2");
    }
}
