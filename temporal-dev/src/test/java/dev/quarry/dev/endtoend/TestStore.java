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
        return Files.write(folder.resolve(String.format("f%04d.turtle", number)), lines);
    }

    void turtles(int count, double seconds) throws IOException {
        turtles = count;
        for (int number = 0; number < count; number++) {
            turtle(number, seconds);
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
        PublicApi api = stack.api();
        if (!registered) {
            api.createStore(name, folder, false);
            registered = true;
        }
        long before =
                api.runs(name).stream().mapToLong(RunTotals::generation).max().orElse(0);
        api.startRun(name);
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

    /** All turtles are indexed, and the first, the last and one between are found. */
    void assertIndexed(RunTotals totals) throws Exception {
        assertThat(totals.count("indexed")).as(outcomes().toString()).isEqualTo(turtles);
        assertFound(0, turtles / 2, turtles - 1);
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
        for (int number : numbers) {
            assertThat(stack.api().search(word(number), 10).path("hits"))
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
