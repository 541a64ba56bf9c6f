package dev.quarry.container.item;

import dev.quarry.container.AgentEnvironment;
import dev.quarry.container.ExitCode;
import dev.quarry.container.StopException;
import dev.quarry.container.StopSignal;
import dev.quarry.container.extractor.ExtractorLaunch;
import dev.quarry.container.extractor.ExtractorManifest;
import dev.quarry.container.extractor.ExtractorSet;
import dev.quarry.container.job.Item;
import dev.quarry.container.job.JobApi;
import dev.quarry.container.report.Reporter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs all items of an attempt: fetched ahead by one thread, extracted by a few, delivered by one more. */
public final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final int FEW_ITEMS = 8;

    private final JobApi api;
    private final Reporter reporter;
    private final Scratch scratch;
    private final StopSignal stop;
    private final List<ExtractorManifest> manifests;
    private final Delivery delivery;
    private final int lookahead;
    private final List<ExtractorSet> extractors = new ArrayList<>();
    private volatile Ledger first = new Ledger(0);
    private volatile Ledger second = new Ledger(0);

    public Pipeline(
            AgentEnvironment environment,
            JobApi api,
            Reporter reporter,
            Scratch scratch,
            StopSignal stop,
            List<ExtractorManifest> manifests,
            ExtractorLaunch launch) {
        this.api = api;
        this.reporter = reporter;
        this.scratch = scratch;
        this.stop = stop;
        this.manifests = manifests;
        this.lookahead = environment.lookahead();
        this.delivery = new Delivery(api, reporter, scratch, stop);
        for (int i = 0; i < environment.concurrency(); i++) {
            extractors.add(new ExtractorSet(launch, scratch.processes().resolve(String.valueOf(i))));
        }
    }

    /** Starts what takes long to start, while there is nothing to do for it yet. */
    public void warmUp() throws IOException, InterruptedException {
        extractors.get(0).warmUp(manifests);
    }

    /** @return the exit code of an agent that came to its end; an earlier end is thrown */
    public ExitCode run(List<Item> items) throws InterruptedException {
        first = new Ledger(items.size());
        if (items.size() <= FEW_ITEMS) {
            reporter.hurryAlways();
        }
        round(items, first, lookahead, extractors);
        List<Item> again = first.reopenDiskFull();
        if (!again.isEmpty()) {
            LOG.warn("{} items found the disk full; once more, each alone", again.size());
            second = new Ledger(again.size());
            round(again, second, 1, extractors.subList(0, 1));
        }
        return first.exitCode(second);
    }

    private void round(List<Item> items, Ledger ledger, int ahead, List<ExtractorSet> sets)
            throws InterruptedException {
        Fetcher fetcher = new Fetcher(api, reporter, scratch, stop, ahead);
        fetcher.start(items, sets.size());
        for (int i = 0; i < sets.size(); i++) {
            ItemRunner runner = new ItemRunner(fetcher, sets.get(i), manifests, scratch, delivery, ledger, reporter);
            Thread thread = new Thread(() -> runner.runAll(stop), "items-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        await(CompletableFuture.anyOf(ledger.closed(), stop.reason().thenAccept(why -> {
            throw why;
        })));
    }

    private static void await(CompletableFuture<?> end) {
        try {
            end.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StopException) {
                throw (StopException) e.getCause();
            }
            throw e;
        }
    }

    /** Stops the item in hand of every extractor: the disk is full. */
    public void stopCurrent() {
        extractors.forEach(ExtractorSet::stopCurrent);
    }

    /** Lets extractor processes end by themselves. */
    public void end(Duration atMost) throws InterruptedException {
        for (ExtractorSet set : extractors) {
            set.end(atMost);
        }
    }

    /** Kills all extractors for good. */
    public void stop() {
        extractors.forEach(ExtractorSet::stop);
    }

    /** Brings out what is extracted so far; false if there was no time for all of it. */
    public boolean drain(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        return delivery.drain(atMost) && reporter.flush(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }

    public int itemsDone() {
        return first.doneCount() + second.doneCount();
    }
}
