package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.dev.client.RunTotals;
import dev.quarry.dev.stack.StackPart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kill -9} of each part, always when at least one result is stored and at least one file is missing. */
@ExtendWith(SharedStack.class)
@Timeout(240)
class KilledPartsEndToEnd {
    private static final int FILES = 40;
    private static final double SECONDS_EACH = 0.1;
    private static final int SLOW = 12;
    private static final int KILLS = 20;

    @Test
    void aKilledWorkerLosesNothing(TestStack stack) throws Exception {
        survives(stack, "worker-killed", () -> {
            stack.parts().worker().kill();
            stack.parts().worker().start();
        });
        assertThat(stack.ledger().epochs("worker-killed"))
                .as("epochs of units: the next worker found each job")
                .containsOnly("1");
    }

    @Test
    void aKilledApiLosesNothing(TestStack stack) throws Exception {
        survives(stack, "api-killed", () -> {
            stack.parts().api().kill();
            stack.parts().api().start();
        });
    }

    @Test
    void aKilledAgentLosesNothing(TestStack stack) throws Exception {
        survives(stack, "agent-killed", () -> {
            List<ProcessHandle> job = stack.parts().jobProcesses();
            assertThat(job).isNotEmpty();
            job.forEach(ProcessHandle::destroyForcibly);
        });
    }

    /** The shim sees the end and writes it down: not a lost job, but a crash, for which somebody is to blame. */
    @Test
    void anAgentKilledByItselfIsACrashAndOneSuspectIsTriedAlone(TestStack stack) throws Exception {
        TestStore store = stack.store("agent-crashed");
        store.turtles(FILES, SECONDS_EACH);
        store.turtle(SLOW, 4, "artifact " + store.word(SLOW));
        RunTotals run = store.begin();
        TestStore.await(
                "the slow file to be under way",
                Duration.ofSeconds(60),
                () -> !stack.ledger().under(store.name(), SLOW).isEmpty());
        String job = stack.ledger().under(store.name(), SLOW).get(0);
        List<ProcessHandle> agents = stack.parts().jobProcesses().stream()
                .filter(process -> isAgentOf(process, job))
                .toList();
        assertThat(agents).as("agents of " + job).hasSize(1);
        ProcessesOf jobs = ProcessesOf.folder(stack.parts().folder().resolve("jobs"));
        // Again, as extractors come and go between two looks.
        TestStore.await(
                "the agent and its extractors to be among what must have ended after each test",
                Duration.ofSeconds(10),
                () -> {
                    List<ProcessHandle> family = new ArrayList<>(agents);
                    family.addAll(agents.get(0).descendants().toList());
                    return family.size() > 1 && jobs.now().containsAll(family);
                });
        agents.forEach(ProcessHandle::destroyForcibly);
        store.assertIndexed(store.end(run));

        JsonNode crash = ended(store.detail(SLOW), job);
        assertThat(crash.path("detail").asText()).isEqualTo("FAILED killed by signal 9");
        // Files that were fetched ahead are suspects as well: any one of them may be the first.
        assertThat(stack.ledger().itemsOfTheNextAttempt(job)).hasSize(1);
    }

    private static JsonNode ended(JsonNode file, String job) {
        for (JsonNode event : file.path("timeline")) {
            if (event.path("job").asText().equals(job)
                    && event.path("what").asText().equals("settled")) {
                return event;
            }
        }
        throw new AssertionError("no end of " + job + " in " + file.path("timeline"));
    }

    private static boolean isAgentOf(ProcessHandle process, String job) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readString(proc.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                            .contains("dev.quarry.container.QuarryAgent")
                    && Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1)
                            .contains(job);
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void temporalKilledForTwentySecondsLosesNothing(TestStack stack) throws Exception {
        survives(stack, "temporal-killed", () -> {
            stack.parts().temporal().kill();
            Thread.sleep(Duration.ofSeconds(20).toMillis());
            stack.parts().temporal().start();
        });
    }

    /** Nobody waits for a part to be up again before the next kill. */
    @Test
    void twentyKillsAtRandomMomentsLoseNothing(TestStack stack) throws Exception {
        long seed = Long.getLong("quarry.kills.seed", System.nanoTime());
        System.out.println("kills: -Dquarry.kills.seed=" + seed);
        Random random = new Random(seed);
        TestStore store = stack.store("twenty-kills");
        store.turtles(200, 0.3);
        RunTotals run = store.begin();
        store.awaitHalfway();
        Map<String, Integer> killed = new TreeMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            Thread.sleep(random.nextInt(1_000));
            assertThat(stack.ledger().missing(store.name()))
                    .as("files missing at kill " + kill)
                    .isPositive();
            killed.merge(killOne(stack, random), 1, Integer::sum);
            startWhatIsDown(stack);
        }
        System.out.println("killed: " + killed);
        assertThat(killed.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(KILLS);
        TestStore.await("all parts to be up", Duration.ofSeconds(60), () -> {
            startWhatIsDown(stack);
            return !stack.api().runs(store.name()).isEmpty();
        });
        RunTotals totals = store.end(run);
        startWhatIsDown(stack);
        store.assertIndexed(totals);
    }

    /** Kills something that was alive: where no job runs, or a part did not come up yet, another takes its place. */
    private static String killOne(TestStack stack, Random random) throws Exception {
        List<StackPart> parts = new ArrayList<>(parts(stack));
        parts.removeIf(part -> !part.isAlive());
        List<ProcessHandle> jobs = stack.parts().jobProcesses().stream()
                .filter(ProcessHandle::isAlive)
                .toList();
        int choice = random.nextInt(parts.size() + (jobs.isEmpty() ? 0 : 1));
        if (choice == parts.size()) {
            jobs.forEach(ProcessHandle::destroyForcibly);
            return "jobs";
        }
        parts.get(choice).kill();
        return parts.get(choice).toString();
    }

    /** As a supervisor would: a worker that finds no Temporal when it starts ends. */
    private static void startWhatIsDown(TestStack stack) throws Exception {
        for (StackPart part : parts(stack)) {
            if (!part.isAlive()) {
                part.launch();
            }
        }
    }

    private static List<StackPart> parts(TestStack stack) {
        return List.of(
                stack.parts().worker(), stack.parts().api(), stack.parts().temporal());
    }

    private static void survives(TestStack stack, String name, TestStore.Fault kill) throws Exception {
        TestStore store = stack.store(name);
        store.turtles(FILES, SECONDS_EACH);
        store.survives(kill);
    }
}
