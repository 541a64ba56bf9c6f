package dev.quarry.proxy.store;

import dev.quarry.proxy.QuarrySettings;
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
import org.jspecify.annotations.Nullable;

/**
 * The file-system calls of one store, on threads of its own. A mount that hangs holds whoever calls it, and nothing can interrupt that: so the caller
 * waits here only as long as the call makes progress, and leaves the thread behind otherwise. When all of the store's threads are left behind, further
 * calls are refused at once, until one comes back.
 */
final class BoundedCalls {
    private final Duration silence;
    private final Runnable beforeEach;
    private final Semaphore free;
    private final int most;
    private final AtomicInteger leftBehind = new AtomicInteger();
    private final Queue<Closeable> leftOpen = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads;

    BoundedCalls(String store, QuarrySettings.FilesystemLimits limits) {
        this(store, limits, () -> {});
    }

    /** @param beforeEach runs on the call's thread, where a mount that hangs would hold it: a seam for tests, as no test can make a mount hang */
    BoundedCalls(String store, QuarrySettings.FilesystemLimits limits, Runnable beforeEach) {
        this.silence = limits.silence();
        this.beforeEach = beforeEach;
        this.most = limits.calls();
        this.free = new Semaphore(most);
        this.threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "filesystem-" + store);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** What is to be done on the store's thread. */
    interface Call<T> {
        T with(Progress progress) throws IOException;
    }

    /** Tells the waiting caller that the mount answers. */
    static final class Progress {
        private volatile long last = System.nanoTime();

        void made() {
            last = System.nanoTime();
        }

        private long silentNanos() {
            return System.nanoTime() - last;
        }
    }

    /**
     * The call's result. What it gives after nobody waits any more is closed if it can be.
     *
     * @param what for people
     * @throws StoreAwayException if the mount was silent for too long, or all of the store's threads are held by it
     */
    <T> T call(KeyBytes what, Call<T> call) throws IOException {
        if (!isFree()) {
            throw new StoreAwayException(
                    "'" + what + "': " + leftBehind.get() + " calls hang in the store's file system");
        }
        Pending<T> pending = new Pending<>(call);
        start(pending);
        return pending.await(what);
    }

    private void start(Pending<?> pending) {
        try {
            threads.execute(pending);
        } catch (RuntimeException | Error noThread) {
            free.release();
            throw noThread;
        }
    }

    /** Closes it when the next call comes back, such as the one that may still be using it. */
    void closeLater(Closeable open) {
        leftOpen.add(open);
    }

    /** Closes it soon, never on the caller's thread. */
    void close(Closeable open) {
        leftOpen.add(open);
        if (free.tryAcquire()) {
            start(new Pending<>(progress -> Boolean.TRUE));
        }
    }

    private boolean isFree() throws StoreAwayException {
        if (free.tryAcquire()) {
            return true;
        }
        try {
            return leftBehind.get() < most && free.tryAcquire(silence.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        }
    }

    private void closeLeftOpen() {
        for (Closeable open = leftOpen.poll(); open != null; open = leftOpen.poll()) {
            closeQuietly(open);
        }
    }

    private static void closeQuietly(Closeable open) {
        try {
            open.close();
        } catch (IOException nobodyAsks) {
            // It was only read.
        }
    }

    private static StoreAwayException interrupted(InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return new StoreAwayException("the wait for the file system was interrupted", stopped);
    }

    /** One call, from when it holds one of the store's threads until it gives it back. */
    private final class Pending<T> implements Runnable {
        private final Call<T> call;
        private final Progress progress = new Progress();
        private final Object lock = new Object();
        private boolean ended;
        private boolean abandoned;
        private @Nullable T result;
        private @Nullable Throwable failure;

        Pending(Call<T> call) {
            this.call = call;
        }

        @Override
        public void run() {
            try {
                beforeEach.run();
                end(call.with(progress), null);
            } catch (IOException | RuntimeException | Error failed) {
                end(null, failed);
            } finally {
                giveBack();
            }
        }

        private void giveBack() {
            do {
                closeLeftOpen();
                free.release();
                // What was left open between the two lines above found no free thread.
            } while (!leftOpen.isEmpty() && free.tryAcquire());
        }

        private void end(@Nullable T given, @Nullable Throwable failed) {
            boolean late;
            synchronized (lock) {
                ended = true;
                result = given;
                failure = failed;
                late = abandoned;
                lock.notifyAll();
            }
            if (late) {
                leftBehind.decrementAndGet();
                if (given instanceof Closeable open) {
                    closeQuietly(open);
                }
            }
        }

        T await(KeyBytes what) throws IOException {
            synchronized (lock) {
                while (!ended) {
                    long left = silence.toNanos() - progress.silentNanos();
                    if (left <= 0) {
                        throw abandon(new StoreAwayException(
                                "'" + what + "': the file system has not answered for " + silence.toMillis() + " ms"));
                    }
                    try {
                        TimeUnit.NANOSECONDS.timedWait(lock, left + 1_000_000);
                    } catch (InterruptedException stopped) {
                        throw abandon(interrupted(stopped));
                    }
                }
                return given();
            }
        }

        private StoreAwayException abandon(StoreAwayException why) {
            abandoned = true;
            leftBehind.incrementAndGet();
            return why;
        }

        @SuppressWarnings("NullAway") // without a failure there is a result
        private T given() throws IOException {
            if (failure instanceof IOException io) {
                throw io;
            }
            if (failure instanceof RuntimeException bug) {
                throw bug;
            }
            if (failure != null) {
                throw new IllegalStateException("a file-system call failed", failure);
            }
            return result;
        }
    }
}
