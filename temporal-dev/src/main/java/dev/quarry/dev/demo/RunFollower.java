package dev.quarry.dev.demo;

import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.client.RunTotals;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Starts a run and follows it to its end through the public API, as a product's user interface would. */
final class RunFollower {
    private static final Duration POLL = Duration.ofMillis(150);
    private static final Duration OPEN_PATIENCE = Duration.ofSeconds(60);

    private final PublicApi api;
    private final String store;
    private final ProgressDisplay display;
    private final boolean delete;
    private final Unanswered unanswered;

    /** @param firstResult empty where no file with text was indexed, or none was found in the time that is taken for it */
    record Followed(RunTotals totals, double seconds, OptionalDouble firstResult) {}

    /**
     * @param delete what has vanished, even if it is much: a run that asks is answered so
     * @param comesBack whether an API that does not answer may do so again
     */
    RunFollower(PublicApi api, String store, ProgressDisplay display, boolean delete, BooleanSupplier comesBack) {
        this.api = api;
        this.store = store;
        this.display = display;
        this.delete = delete;
        this.unanswered = new Unanswered(display, comesBack);
    }

    /** A run that was live already is joined (a demo was killed), unless its workflow is gone: then it ends as ABORTED, and the next one is followed. */
    Followed run() throws IOException, InterruptedException {
        long before = newestGeneration(api.runs(store));
        api.token();
        long start = System.nanoTime();
        api.startRun(store);
        RunTotals opened = awaitNewest(run -> run.isLive() || run.generation() > before)
                .orElseThrow(() -> new IOException("the run was not opened within " + OPEN_PATIENCE.toSeconds()
                        + " s: see the worker's log, and the workflow index/demo/" + store + " in Temporal's Web UI"));
        Followed followed = follow(opened, start);
        while (followed.totals().isAborted()) {
            long dead = followed.totals().generation();
            Optional<RunTotals> next = awaitNewest(run -> run.generation() > dead);
            if (next.isEmpty()) {
                return followed;
            }
            display.stage("run " + dead + " had lost its workflow; following run "
                    + next.get().generation());
            followed = follow(next.get(), start);
        }
        return followed;
    }

    private Followed follow(RunTotals opened, long start) throws IOException, InterruptedException {
        RunTotals totals = opened;
        FirstResult firstResult = new FirstResult(api, store, totals.generation(), start);
        Optional<String> waits = Optional.empty();
        while (totals.isLive()) {
            display.run(totals, since(start));
            if (totals.waitsFor().isPresent() && waits.isEmpty()) {
                display.stage("the store does not answer, and is asked again: "
                        + totals.waitsFor().get());
            }
            waits = totals.waitsFor();
            totals = poll(totals, firstResult);
        }
        double seconds = since(start);
        RunTotals ended = totals;
        display.run(ended, seconds);
        display.endBar();
        while (unanswered.ask(() -> firstResult.lookAtAll(ended)).isEmpty()) {
            Thread.sleep(POLL.toMillis());
        }
        return new Followed(ended, seconds, firstResult.seconds());
    }

    /** As it was, if the API does not answer. */
    private RunTotals poll(RunTotals last, FirstResult firstResult) throws IOException, InterruptedException {
        Thread.sleep(POLL.toMillis());
        return unanswered
                .ask(() -> {
                    RunTotals now = api.run(last.run());
                    firstResult.look(now);
                    if (now.asksWhetherToDelete()) {
                        answer(now);
                    }
                    return now;
                })
                .orElse(last);
    }

    private void answer(RunTotals totals) throws IOException, InterruptedException {
        api.answerDeletion(totals.run(), delete);
        display.stage(
                totals.count("vanished") + " files are gone from the store, more than a run deletes unasked: they are "
                        + (delete ? "deleted" : "kept; the option --delete deletes them"));
    }

    private Optional<RunTotals> awaitNewest(Predicate<RunTotals> wanted) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (since(begin) < OPEN_PATIENCE.toSeconds()) {
            Optional<RunTotals> newest = unanswered.ask(() -> api.runs(store)).stream()
                    .flatMap(List::stream)
                    .findFirst()
                    .filter(wanted);
            if (newest.isPresent()) {
                return newest;
            }
            Thread.sleep(POLL.toMillis());
        }
        return Optional.empty();
    }

    private static long newestGeneration(List<RunTotals> runs) {
        return runs.isEmpty() ? 0 : runs.get(0).generation();
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
