package dev.quarry.proxy.store;

import dev.quarry.proxy.QuarrySettings;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
 * waits here only as long as the call makes progress, and leaves the thread behind otherwise. Where one was left behind no other follows: further calls
 * at that place or below it wait as long and are then refused at once, until it comes back. So are all calls when all of the store's threads are left
 * behind.
 */
final class BoundedCalls {
    /** The part of the silence after which others wait for what a call at their place becomes. */
    private static final int SUSPICIOUS = 10;

    private final Duration silence;
    private final KeyBytes root;
    private final Kernel kernel;
    private final Semaphore free;
    private final int most;
    private final AtomicInteger leftBehind = new AtomicInteger();
    private final Set<Pending<?>> underWay = ConcurrentHashMap.newKeySet();
    private final Queue<Closeable> leftOpen = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads;

    /** @param root of the store, absolute; places are below it */
    BoundedCalls(String store, KeyBytes root, QuarrySettings.FilesystemLimits limits) {
        this(store, root, limits, MountTable::read);
    }

    BoundedCalls(String store, KeyBytes root, QuarrySettings.FilesystemLimits limits, Kernel kernel) {
        this.silence = limits.silence();
        this.root = root;
        this.kernel = kernel;
        this.most = limits.calls();
        this.free = new Semaphore(most);
        this.threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "filesystem-" + store);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** What is not up to this process. A seam for tests, as no test can make a mount hang. */
    interface Kernel {
        MountTable mounts() throws NotReadableException;

        /** On the call's thread, where a mount that hangs would hold it. */
        default void enter(KeyBytes folder, KeyBytes name) {}
    }

    /** What is to be done on the store's thread. */
    interface Call<T> {
        T with(Progress progress) throws IOException;
    }

    /** Tells the waiting caller that the mount answers. */
    final class Progress {
        private final KeyBytes folder;
        private volatile long last = System.nanoTime();
        private volatile @Nullable KeyBytes name;

        private Progress(KeyBytes folder) {
            this.folder = folder;
        }

        void made() {
            last = System.nanoTime();
        }

        /** The next name in the call's folder: what hangs may be mounted there. */
        void at(KeyBytes next) {
            made();
            name = next;
            kernel.enter(folder, next);
        }

        private long silentNanos() {
            return System.nanoTime() - last;
        }

        private KeyBytes place() {
            KeyBytes at = name;
            return at == null ? folder : folder.child(at);
        }
    }

    /**
     * The call's result. What it gives after nobody waits any more is closed if it can be.
     *
     * @param folder where the call goes
     * @param what for people
     * @throws StoreHangsException if the folder, or what it lies in, was silent for too long
     * @throws StoreAwayException if all of the store's threads are held
     */
    <T> T call(KeyBytes folder, KeyBytes what, Call<T> call) throws IOException {
        for (Pending<?> other : underWay) {
            if (other.hangsAbove(folder)) {
                other.awaitAnswer(what);
            }
        }
        if (!isFree()) {
            throw new StoreAwayException(
                    "'" + what + "': " + leftBehind.get() + " calls hang in the store's file system");
        }
        Pending<T> pending = new Pending<>(folder, call);
        underWay.add(pending);
        start(pending);
        return pending.await(what);
    }

    /** Whether what is mounted at this very name hangs. */
    boolean hangsAt(KeyBytes folder, KeyBytes name) {
        if (leftBehind.get() == 0) {
            return false;
        }
        KeyBytes place = folder.child(name);
        return underWay.stream().anyMatch(other -> other.isSuspicious() && other.isMount && other.where.equals(place));
    }

    private void start(Pending<?> pending) {
        try {
            threads.execute(pending);
        } catch (RuntimeException | Error noThread) {
            underWay.remove(pending);
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
            start(new Pending<>(KeyBytes.EMPTY, progress -> Boolean.TRUE));
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
        private final KeyBytes folder;
        private final Progress progress;
        private final Object lock = new Object();
        /** What hangs, if it does. */
        private volatile KeyBytes where;

        private volatile boolean isMount;
        private boolean ended;
        private boolean abandoned;
        private @Nullable T result;
        private @Nullable Throwable failure;

        Pending(KeyBytes folder, Call<T> call) {
            this.call = call;
            this.folder = folder;
            this.where = folder;
            this.progress = new Progress(folder);
        }

        @Override
        public void run() {
            try {
                kernel.enter(folder, KeyBytes.EMPTY);
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
            underWay.remove(this);
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
                    if (silentFor(silence)) {
                        abandon();
                        throw hangs(what);
                    }
                    try {
                        TimeUnit.NANOSECONDS.timedWait(lock, untilSilent() + 1_000_000);
                    } catch (InterruptedException stopped) {
                        abandon();
                        throw interrupted(stopped);
                    }
                }
                return given();
            }
        }

        /** For a call that would follow this one to where it is. */
        void awaitAnswer(KeyBytes what) throws StoreAwayException {
            synchronized (lock) {
                while (!ended && isSuspicious()) {
                    if (silentFor(silence)) {
                        throw hangs(what);
                    }
                    try {
                        TimeUnit.NANOSECONDS.timedWait(
                                lock, Math.min(untilSilent(), silence.toNanos() / SUSPICIOUS) + 1_000_000);
                    } catch (InterruptedException stopped) {
                        throw interrupted(stopped);
                    }
                }
            }
        }

        boolean hangsAbove(KeyBytes place) {
            KeyBytes top = where;
            return isSuspicious() && (place.equals(top) || place.startsWith(top.prefix()));
        }

        boolean isSuspicious() {
            return silentFor(silence.dividedBy(SUSPICIOUS));
        }

        private boolean silentFor(Duration time) {
            return progress.silentNanos() >= time.toNanos();
        }

        private long untilSilent() {
            return Math.max(0, silence.toNanos() - progress.silentNanos());
        }

        private StoreHangsException hangs(KeyBytes what) {
            return new StoreHangsException(
                    "'" + what + "': the file system has not answered for " + silence.toMillis() + " ms", where);
        }

        private void abandon() {
            abandoned = true;
            locate();
            leftBehind.incrementAndGet();
        }

        /** What hangs is the file system that is mounted at the call's place or above it; if that is the root's, it is the call's folder alone. */
        private void locate() {
            try {
                MountTable mounts = kernel.mounts();
                KeyBytes above = progress.place();
                while (!above.isEmpty() && !mounts.isPoint(root.folder(above))) {
                    above = above.parent();
                }
                isMount = !above.isEmpty();
                where = isMount ? above : folder;
            } catch (NotReadableException untold) {
                // Then it is the folder alone, too.
            }
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
