package dev.quarry.container.item;

import dev.quarry.container.StopSignal;
import dev.quarry.container.job.Item;
import dev.quarry.container.job.JobApi;
import dev.quarry.container.job.LineAnswer;
import dev.quarry.container.report.Reporter;
import dev.quarry.container.report.ResultLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/** Downloads items ahead of the extractors, as far as the look-ahead and half of the disk go. */
final class Fetcher {
    private static final long AHEAD_BYTES = 256L << 20;
    private static final int PAGE = 4096;

    private final JobApi api;
    private final Reporter reporter;
    private final Scratch scratch;
    private final StopSignal stop;
    private final BlockingQueue<Optional<Fetched>> fetched = new LinkedBlockingQueue<>();
    private final Semaphore ahead;
    private final Semaphore pages;
    private final int mostPages;

    Fetcher(JobApi api, Reporter reporter, Scratch scratch, StopSignal stop, int lookahead) {
        this.api = api;
        this.reporter = reporter;
        this.scratch = scratch;
        this.stop = stop;
        this.ahead = new Semaphore(lookahead);
        this.mostPages = (int) (Math.min(AHEAD_BYTES, scratch.mostBytes() / 2) / PAGE);
        this.pages = new Semaphore(mostPages);
    }

    /** Begins a thread that fetches these items in order; the end is announced once to each taker. */
    void start(List<Item> items, int takers) {
        Thread thread = new Thread(
                () -> {
                    try {
                        fetchAll(items, takers);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (IOException | RuntimeException e) {
                        stop.crashed(e);
                    }
                },
                "fetcher");
        thread.setDaemon(true);
        thread.start();
    }

    private void fetchAll(List<Item> items, int takers) throws IOException, InterruptedException {
        for (Item item : items) {
            ahead.acquire();
            pages.acquire(pagesOf(item));
            if (stop.isRaised()) {
                return;
            }
            fetched.add(Optional.of(fetch(item)));
        }
        for (int i = 0; i < takers; i++) {
            fetched.add(Optional.empty());
        }
    }

    private Fetched fetch(Item item) throws IOException {
        CompletableFuture<LineAnswer> started = reporter.add(ResultLines.started(item.n()));
        Path input = scratch.input(item);
        if (item.size() == 0) {
            return new Fetched(item, started, input, ItemOutcome.noContent("EMPTY"), false);
        }
        try {
            Optional<ItemOutcome> failed = Download.run(api, item, input, scratch.mostBytes());
            return new Fetched(item, started, input, failed.orElse(null), false);
        } catch (DiskFullException e) {
            return new Fetched(item, started, input, null, true);
        }
    }

    /** The next item, or empty after the last one. */
    Optional<Fetched> take() throws InterruptedException {
        Optional<Fetched> next = fetched.take();
        Optional<Fetched> after = fetched.peek();
        boolean due = next.isPresent() && !next.get().started().isDone();
        if (due || (after != null && after.isPresent() && !after.get().started().isDone())) {
            reporter.hurry();
        }
        return next;
    }

    /** The item's input is gone from the disk or soon will be. */
    void release(Fetched item) {
        pages.release(pagesOf(item.item()));
        ahead.release();
    }

    /** An item larger than all that may be fetched ahead waits until it is alone. */
    private int pagesOf(Item item) {
        return (int) Math.min(item.size() / PAGE + 1, mostPages);
    }
}
