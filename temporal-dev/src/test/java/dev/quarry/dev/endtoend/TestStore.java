package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.client.RunTotals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/** One test's store on the shared stack: its files, its runs, and what came of them. */
final class TestStore {
    static final Duration RUN_PATIENCE = Duration.ofSeconds(120);
    private static final Duration MOMENT_PATIENCE = Duration.ofSeconds(60);

    private final TestStack stack;
    private final String name;
    private final Path folder;
    private boolean registered;
    private boolean alarms;
    private int turtles;

    TestStore(TestStack stack, String name, Path folder) {
        this.stack = stack;
        this.name = name;
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    String name() {
        return name;
    }

    /** A file for the lane {@code turtle} that takes so long and whose text is one word that no other file has. */
    Path turtle(int number, double seconds, String... further) throws IOException {
        List<String> lines = new ArrayList<>(List.of(further));
        lines.add("sleep " + seconds);
        lines.add("text " + word(number));
        return Files.write(folder.resolve(turtleName(number)), lines);
    }

    /** Files that each leave one artifact besides. */
    void turtles(int count, double seconds) throws IOException {
        turtles = count;
        for (int number = 0; number < count; number++) {
            turtle(number, seconds, "artifact " + word(number));
        }
    }

    /** The word that stands in turtle file {@code number} of this store only. */
    String word(int number) {
        return "w" + name.replace("-", "") + "x" + number;
    }

    /** From now on an attempt may be claimed twice: the cluster may start a job again. */
    void toleratesAlarms() {
        alarms = true;
    }

    /** Starts a run and returns once it is open. */
    RunTotals begin() throws Exception {
        return begin(true);
    }

    /** @param dispatch false: it lists and compares only */
    RunTotals begin(boolean dispatch) throws Exception {
        PublicApi api = stack.api();
        if (!registered) {
            api.createStore(name, folder, false);
            registered = true;
        }
        long before =
                api.runs(name).stream().mapToLong(RunTotals::generation).max().orElse(0);
        api.startRun(name, dispatch);
        List<RunTotals> opened = new ArrayList<>();
        await("run of " + name + " to open", MOMENT_PATIENCE, () -> {
            opened.clear();
            api.runs(name).stream().filter(run -> run.generation() > before).forEach(opened::add);
            return !opened.isEmpty();
        });
        return opened.get(0);
    }

    /** Waits for the moment when a result is stored and a file is missing. */
    void awaitHalfway() throws Exception {
        await("a result of " + name, MOMENT_PATIENCE, () -> stack.ledger().recorded(name) > 0);
        assertHalfway();
    }

    void assertHalfway() {
        assertThat(stack.ledger().recorded(name)).isPositive();
        assertThat(stack.ledger().missing(name)).isPositive();
    }

    /** @param cluster keeps what it is asked to start */
    void awaitSecondSubmission(FaultProxy cluster) throws Exception {
        await(
                "a job to be submitted again",
                MOMENT_PATIENCE,
                () -> stack.ledger().jobs(name).stream().anyMatch(job -> cluster.keptWith(job) > 1));
    }

    /** Waits for the run's end and checks the whole ledger. */
    RunTotals end(RunTotals begun) throws Exception {
        List<RunTotals> last = new ArrayList<>(List.of(begun));
        await("run of " + name + " to end, at last " + last, RUN_PATIENCE, () -> {
            last.set(0, stack.api().run(begun.run()));
            return !last.get(0).isLive();
        });
        LedgerCheck check = new LedgerCheck(stack.ledger(), name);
        check.afterRun(last.get(0));
        if (!alarms) {
            check.nobodyRaisedAnAlarm(last.get(0));
        }
        return last.get(0);
    }

    RunTotals run() throws Exception {
        return end(begin());
    }

    /** Something that goes wrong. */
    interface Fault {
        void happens() throws Exception;
    }

    /** A run in whose middle a fault happens indexes all turtles the same. */
    void survives(Fault fault) throws Exception {
        RunTotals run = begin();
        awaitHalfway();
        fault.happens();
        assertIndexed(end(run));
    }

    /** All turtles are indexed; each is found by its word once, and has its own artifact, once. */
    void assertIndexed(RunTotals totals) throws Exception {
        assertThat(totals.count("indexed")).as(outcomes().toString()).isEqualTo(turtles);
        assertFound(IntStream.range(0, turtles).toArray());
        Map<String, List<String>> artifacts = artifacts();
        assertThat(artifacts).hasSize(turtles);
        for (int number = 0; number < turtles; number++) {
            assertThat(artifacts.get(turtleName(number))).as(turtleName(number)).containsExactly(word(number) + "\n");
        }
    }

    /** Path to the artifacts of every indexed file. */
    private Map<String, List<String>> artifacts() throws Exception {
        Map<String, String> ids = new TreeMap<>();
        stack.api()
                .eachFile(
                        name,
                        "INDEXED",
                        file -> ids.put(key(file), file.path("file").asText()));
        PublicApi api = stack.api();
        Map<String, List<String>> artifacts = new TreeMap<>();
        for (Map.Entry<String, String> file : ids.entrySet()) {
            List<String> contents = new ArrayList<>();
            for (String artifact : api.file(file.getValue()).findValuesAsText("artifact")) {
                contents.add(new String(api.artifact(artifact), StandardCharsets.UTF_8));
            }
            artifacts.put(file.getKey(), contents);
        }
        return artifacts;
    }

    /** What the public API tells of one turtle. */
    JsonNode detail(int number) throws Exception {
        List<String> ids = new ArrayList<>();
        stack.api().eachFile(name, "INDEXED", file -> {
            if (key(file).equals(turtleName(number))) {
                ids.add(file.path("file").asText());
            }
        });
        return stack.api().file(ids.get(0));
    }

    private static String turtleName(int number) {
        return String.format("f%04d.turtle", number);
    }

    /** Path to {@code OUTCOME} or {@code OUTCOME(reason)} of every file. */
    Map<String, String> outcomes() throws Exception {
        Map<String, String> outcomes = new TreeMap<>();
        for (String outcome : List.of("INDEXED", "NO_CONTENT", "FILTERED", "FAILED")) {
            stack.api().eachFile(name, outcome, file -> outcomes.put(key(file), shown(file)));
        }
        return outcomes;
    }

    private static String key(JsonNode file) {
        return new String(Base64.getUrlDecoder().decode(file.path("key").asText()), StandardCharsets.ISO_8859_1);
    }

    private static String shown(JsonNode file) {
        String reason = file.path("reason").asText("");
        String outcome = file.path("outcome").asText();
        return reason.isEmpty() || "null".equals(reason) ? outcome : outcome + "(" + reason + ")";
    }

    /** Each turtle file is found by its own word, once. */
    void assertFound(int... numbers) throws Exception {
        PublicApi api = stack.api();
        for (int number : numbers) {
            assertThat(api.search(word(number), 10).path("hits"))
                    .as("hits of " + word(number))
                    .hasSize(1);
        }
    }

    /** The API may be away meanwhile: that is no reason to stop waiting. */
    static void await(String what, Duration patience, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (IOException away) {
                if (System.nanoTime() > end) {
                    throw away;
                }
            }
            assertThat(System.nanoTime()).as("waited in vain for " + what).isLessThan(end);
            Thread.sleep(50);
        }
    }
}
