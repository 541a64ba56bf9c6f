package dev.quarry.proxy.store;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of one store: so many at most, those that were left behind in a call included. Each closes what was left open before it is free again. */
final class StoreThreads {
    private final int most;
    private final Semaphore free;
    private final AtomicInteger leftBehind = new AtomicInteger();
    private final Queue<Closeable> leftOpen = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads;

    StoreThreads(String store, int most) {
        this.most = most;
        this.free = new Semaphore(most);
        this.threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "filesystem-" + store);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Takes a thread for {@link #start}; false if none is free in time, at once if all are left behind. */
    boolean take(Duration patience) throws StoreAwayException {
        if (free.tryAcquire()) {
            return true;
        }
        try {
            return leftBehind.get() < most && free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        }
    }

    /** On the thread that was taken, which is free again after it. */
    void start(Runnable task) {
        try {
            threads.execute(() -> {
                try {
                    task.run();
                } finally {
                    giveBack();
                }
            });
        } catch (RuntimeException | Error noThread) {
            free.release();
            throw noThread;
        }
    }

    /** Nobody waits for one of these threads any more, until it {@link #comesBack}. */
    void leaveBehind() {
        leftBehind.incrementAndGet();
    }

    void comesBack() {
        leftBehind.decrementAndGet();
    }

    int leftBehind() {
        return leftBehind.get();
    }

    /** Closes it when the next thread is given back, such as the one that may still be using it. */
    void closeLater(Closeable open) {
        leftOpen.add(open);
    }

    /** Closes it soon, never on the caller's thread. */
    void close(Closeable open) {
        leftOpen.add(open);
        if (free.tryAcquire()) {
            start(() -> {});
        }
    }

    private void giveBack() {
        do {
            closeLeftOpen();
            free.release();
            // What was left open between the two lines above found no free thread.
        } while (!leftOpen.isEmpty() && free.tryAcquire());
    }

    private void closeLeftOpen() {
        for (Closeable open = leftOpen.poll(); open != null; open = leftOpen.poll()) {
            try {
                open.close();
            } catch (IOException nobodyAsks) {
                // It was only read.
            }
        }
    }

    /** For who waited on these threads' account. */
    static StoreAwayException interrupted(InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return new StoreAwayException("the wait for the file system was interrupted", stopped);
    }
}
