package dev.quarry.container.item;

import dev.quarry.container.StopSignal;
import dev.quarry.container.extractor.Extraction;
import dev.quarry.container.extractor.ExtractionStatus;
import dev.quarry.container.extractor.ExtractorRun;
import dev.quarry.container.extractor.ExtractorTrouble;
import dev.quarry.container.extractor.OutputArtifact;
import dev.quarry.container.job.Item;
import dev.quarry.container.job.JobApi;
import dev.quarry.container.job.LineAnswer;
import dev.quarry.container.job.RefusedException;
import dev.quarry.container.report.Reporter;
import dev.quarry.container.report.ResultLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what extractors left, stores artifacts, posts extractions and, once those are stored, the item's `done`. A thread of its own, so
 * that extractors need not wait for the network.
 */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final int WAITING = 4;

    /** @param runs in the lane's order */
    record Parcel(Item item, List<ExtractorRun> runs, Ledger ledger) {}

    private final JobApi api;
    private final Reporter reporter;
    private final Scratch scratch;
    private final StopSignal stop;
    private final BlockingQueue<Parcel> parcels = new ArrayBlockingQueue<>(WAITING);
    private final AtomicInteger underWay = new AtomicInteger();

    Delivery(JobApi api, Reporter reporter, Scratch scratch, StopSignal stop) {
        this.api = api;
        this.reporter = reporter;
        this.scratch = scratch;
        this.stop = stop;
        Thread thread = new Thread(this::run, "delivery");
        thread.setDaemon(true);
        thread.start();
    }

    void add(Parcel parcel) throws InterruptedException {
        underWay.incrementAndGet();
        parcels.put(parcel);
    }

    /** Waits until what was added is with the reporter; false if that took too long. */
    boolean drain(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        synchronized (underWay) {
            long left = atMost.toMillis();
            while (underWay.get() > 0 && left > 0) {
                underWay.wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            }
            return underWay.get() == 0;
        }
    }

    private void run() {
        try {
            while (true) {
                Parcel parcel = parcels.take();
                deliver(parcel);
                scratch.forget(
                        parcel.item(),
                        parcel.runs().stream().map(run -> run.manifest().name()).toList());
                synchronized (underWay) {
                    underWay.decrementAndGet();
                    underWay.notifyAll();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            stop.crashed(e);
        }
    }

    private void deliver(Parcel parcel) throws InterruptedException {
        Item item = parcel.item();
        List<Extraction> extractions = new ArrayList<>();
        List<CompletableFuture<LineAnswer>> answers = new ArrayList<>();
        for (ExtractorRun run : parcel.runs()) {
            Stored stored = stored(item, run);
            extractions.add(stored.extraction());
            answers.add(stored.answer());
            if (stored.refused()) {
                break; // the item has failed by that: what would follow is bytes for nothing
            }
        }
        if (isOutOfMemory(parcel.runs(), extractions)) {
            LOG.warn("item {} ('{}') ran out of memory although alone", item.n(), item.name());
            parcel.ledger().outOfMemory();
            return;
        }
        ItemOutcome outcome = ItemOutcome.of(extractions);
        CompletableFuture<?> all = CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
                .thenRun(() -> conclude(item, verdict(outcome, extractions, answers), parcel.ledger()));
        all.exceptionally(thrown -> {
            stop.crashed(thrown);
            return null;
        });
    }

    /** A larger job may help the main extractor; for the others' sake content is not held back. */
    private static boolean isOutOfMemory(List<ExtractorRun> runs, List<Extraction> extractions) {
        return !runs.isEmpty()
                && runs.get(0).is(ExtractorTrouble.Kind.OUT_OF_MEMORY)
                && extractions.get(0).status() == ExtractionStatus.FAILED;
    }

    /**
     * @param answer what the API said, or will say
     * @param refused an artifact was
     */
    private record Stored(Extraction extraction, CompletableFuture<LineAnswer> answer, boolean refused) {}

    private Stored stored(Item item, ExtractorRun run) throws InterruptedException {
        Extraction extraction = run.extraction();
        try {
            for (OutputArtifact artifact : extraction.output().artifacts()) {
                api.artifact(item.n(), extraction.extractor(), artifact.name(), new ArtifactSource(artifact));
            }
        } catch (RefusedException e) {
            return new Stored(
                    extraction,
                    CompletableFuture.completedFuture(
                            new LineAnswer(e.status(), "an artifact was refused: " + e.getMessage())),
                    true);
        } catch (ChangedArtifactException e) {
            extraction = run.failed("EXTRACTOR_ERROR", e.getMessage());
        }
        return new Stored(extraction, reporter.addResult(ResultLines.extraction(item.n(), extraction)), false);
    }

    private static ItemOutcome verdict(
            ItemOutcome outcome, List<Extraction> extractions, List<CompletableFuture<LineAnswer>> answers) {
        for (int i = 0; i < answers.size(); i++) {
            LineAnswer answer = answers.get(i).join();
            if (!answer.stored()) {
                return ItemOutcome.failed(
                        "RESULT_REJECTED",
                        extractions.get(i).extractor() + ": " + answer.status() + " " + answer.detail());
            }
        }
        return outcome;
    }

    /** Posts the item's end. An end that is refused is posted once more as the refusal that it is. */
    void conclude(Item item, ItemOutcome outcome, Ledger ledger) {
        CompletableFuture<?> posted = reporter.add(ResultLines.done(item.n(), outcome))
                .thenAccept(answer -> {
                    if (answer.stored()) {
                        ledger.done();
                    } else if (!"RESULT_REJECTED".equals(outcome.reason())) {
                        conclude(item, ItemOutcome.failed("RESULT_REJECTED", words(outcome, answer)), ledger);
                    } else {
                        LOG.error("item {}: its end was refused: {} {}", item.n(), answer.status(), answer.detail());
                        ledger.unreported();
                    }
                });
        posted.exceptionally(thrown -> {
            stop.crashed(thrown);
            return null;
        });
    }

    private static String words(ItemOutcome outcome, LineAnswer answer) {
        return "outcome " + outcome.kind() + " was refused: " + answer.status() + " " + answer.detail();
    }
}
