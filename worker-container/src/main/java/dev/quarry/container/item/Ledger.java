package dev.quarry.container.item;

import dev.quarry.container.ExitCode;
import dev.quarry.container.job.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how each item of the attempt ended, and completes when all have. */
public final class Ledger {
    private final AtomicInteger open;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger unreported = new AtomicInteger();
    private final AtomicInteger outOfMemory = new AtomicInteger();
    private final Queue<Item> diskFull = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    Ledger(int items) {
        open = new AtomicInteger(items);
        if (items == 0) {
            closed.complete(null);
        }
    }

    void done() {
        done.incrementAndGet();
        close();
    }

    /** The API would not take the item's end; it stays missing, and the exit code says so. */
    void unreported() {
        unreported.incrementAndGet();
        close();
    }

    /** Left started and not done, for the workflow to try with more memory. */
    void outOfMemory() {
        outOfMemory.incrementAndGet();
        close();
    }

    void diskFull(Item item) {
        diskFull.add(item);
        close();
    }

    private void close() {
        if (open.decrementAndGet() == 0) {
            closed.complete(null);
        }
    }

    /** The items that found the disk full are tried again; this opens them anew. */
    List<Item> reopenDiskFull() {
        List<Item> items = new ArrayList<>(diskFull);
        diskFull.clear();
        return items;
    }

    CompletableFuture<Void> closed() {
        return closed;
    }

    public int doneCount() {
        return done.get();
    }

    /** The exit code of an agent that came to its end by itself. */
    ExitCode exitCode(Ledger second) {
        if (outOfMemory.get() + second.outOfMemory.get() > 0) {
            return ExitCode.OUT_OF_MEMORY_ALONE;
        }
        if (!second.diskFull.isEmpty()) {
            return ExitCode.SCRATCH_FULL;
        }
        return unreported.get() + second.unreported.get() > 0 ? ExitCode.CRASHED : ExitCode.ALL_REPORTED;
    }
}
