package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The agent of one attempt, frozen with a result on its way, as a machine that went to sleep: it comes back when the cluster has given it
 * up and another epoch does its work.
 */
final class Zombie {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RESULTS = "^POST /v1/attempts/[^/]+/results$";

    private final TestStack stack;
    private final String call;
    private final String job;

    private Zombie(TestStack stack, String call, String job) {
        this.stack = stack;
        this.call = call;
        this.job = job;
    }

    /** Whichever agent sends the next result. */
    static Zombie freeze(TestStack stack) throws Exception {
        FaultProxy proxy = stack.jobProxy();
        proxy.hold(RESULTS, 1);
        TestStore.await("a result on its way", PATIENCE, () -> !proxy.held().isEmpty());
        String call = proxy.held().get(0);
        Zombie zombie = new Zombie(stack, call, stack.ledger().jobOf(call.split("/")[3]));
        zombie.signal("STOP");
        return zombie;
    }

    String job() {
        return job;
    }

    void awaitSuccessorAtWork() throws Exception {
        TestStore.await(
                "the epoch after " + job + " to be at work",
                PATIENCE,
                () -> stack.ledger().statesOfTheNextAttempt(job).contains("RUNNING"));
    }

    void thaw() throws Exception {
        signal("CONT");
        stack.jobProxy().letGo();
    }

    /** Its result came too late, and it has understood that it is over. */
    void awaitRefusalAndEnd() throws Exception {
        TestStore.await(
                "the late result to be refused",
                PATIENCE,
                () -> stack.jobProxy().denied().contains(call + " 410"));
        new ProcessesOf(job).awaitNone(Set.of());
    }

    void assertOneSuccessor() {
        assertThat(stack.ledger().epochOf(job)).as("epochs of its unit").isEqualTo(2);
    }

    private void signal(String name) throws IOException, InterruptedException {
        List<ProcessHandle> processes = new ProcessesOf(job).now();
        assertThat(processes).as("processes of " + job).isNotEmpty();
        List<String> kill = new ArrayList<>(List.of("kill", "-s", name));
        processes.stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .distinct()
                .forEach(process -> kill.add(Long.toString(process.pid())));
        new ProcessBuilder(kill).inheritIO().start().waitFor();
    }
}
