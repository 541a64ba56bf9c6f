package dev.quarry.dev.demo;

import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.client.RunTotals;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Starts a run and follows it to its end through the public API, as a product's user interface would. */
final class RunFollower {
    private static final Duration POLL = Duration.ofMillis(150);
    private static final Duration OPEN_PATIENCE = Duration.ofSeconds(60);

    private final PublicApi api;
    private final String store;
    private final ProgressDisplay display;
    private final boolean delete;

    /** @param firstResult empty where nothing with text was indexed */
    record Followed(RunTotals totals, double seconds, OptionalDouble firstResult) {}

    /** @param delete what has vanished, even if it is much: a run that asks is answered so */
    RunFollower(PublicApi api, String store, ProgressDisplay display, boolean delete) {
        this.delete = delete;
        this.api = api;
        this.store = store;
        this.display = display;
    }

    Followed run() throws IOException, InterruptedException {
        long before = newestGeneration(api.runs(store));
        api.token();
        long start = System.nanoTime();
        api.startRun(store);
        RunTotals totals = awaitOpened(before, start);
        FirstResult firstResult = new FirstResult(api, store, totals.generation(), start);
        Optional<String> waits = Optional.empty();
        while (totals.isLive()) {
            display.run(totals, since(start));
            if (totals.waitsFor().isPresent() && waits.isEmpty()) {
                display.stage("the store does not answer, and is asked again: "
                        + totals.waitsFor().get());
            }
            waits = totals.waitsFor();
            firstResult.look();
            Thread.sleep(POLL.toMillis());
            totals = api.run(totals.run());
            if (totals.asksWhetherToDelete()) {
                answer(totals);
            }
        }
        double seconds = since(start);
        firstResult.look();
        display.run(totals, seconds);
        display.endBar();
        return new Followed(totals, seconds, firstResult.seconds());
    }

    private void answer(RunTotals totals) throws IOException, InterruptedException {
        api.answerDeletion(totals.run(), delete);
        display.stage(
                totals.count("vanished") + " files are gone from the store, more than a run deletes unasked: they are "
                        + (delete ? "deleted" : "kept; the option --delete deletes them"));
    }

    /** A run that was live already (a demo that was killed) is joined. */
    private RunTotals awaitOpened(long before, long start) throws IOException, InterruptedException {
        while (since(start) < OPEN_PATIENCE.toSeconds()) {
            List<RunTotals> runs = api.runs(store);
            if (!runs.isEmpty() && (runs.get(0).isLive() || runs.get(0).generation() > before)) {
                return runs.get(0);
            }
            Thread.sleep(POLL.toMillis());
        }
        throw new IOException("the run was not opened within " + OPEN_PATIENCE.toSeconds()
                + " s: see the worker's log, and the workflow index/demo/" + store + " in Temporal's Web UI");
    }

    private static long newestGeneration(List<RunTotals> runs) {
        return runs.isEmpty() ? 0 : runs.get(0).generation();
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
