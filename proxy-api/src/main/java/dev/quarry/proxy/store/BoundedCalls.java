package dev.quarry.proxy.store;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/**
 * The file-system calls of one store, on threads of its own. A mount that hangs holds whoever calls it, and nothing can interrupt that: so the caller
 * waits here only as long as the call makes progress, and leaves the thread behind otherwise. Where one was left behind no other follows: further calls
 * at that place or below it wait as long and are then refused at once, until it comes back. So are all calls when all of the store's threads are left
 * behind.
 */
final class BoundedCalls {
    private final Duration silence;
    private final Surroundings around;

    /** @param root of the store, absolute; places are below it */
    BoundedCalls(String store, KeyBytes root, FilesystemLimits limits) {
        this(store, root, limits, FilesystemKernel.OF_THIS_MACHINE);
    }

    BoundedCalls(String store, KeyBytes root, FilesystemLimits limits, FilesystemKernel kernel) {
        this.silence = limits.silence();
        this.around = new Surroundings(root, kernel, new StoreThreads(store, limits.calls()), new CallsUnderWay());
    }

    /** What is to be done on the store's thread. */
    interface Call<T> {
        T with(CallProgress progress) throws IOException;
    }

    /** What all calls of the store have in common. */
    record Surroundings(KeyBytes root, FilesystemKernel kernel, StoreThreads threads, CallsUnderWay underWay) {}

    /**
     * The call's result. What it gives after nobody waits any more is closed if it can be.
     *
     * @param folder where the call goes
     * @param what for people
     * @throws StoreHangsException if the folder, or what it lies in, was silent for too long
     * @throws StoreAwayException if all of the store's threads are held
     */
    <T> T call(KeyBytes folder, KeyBytes what, Call<T> call) throws IOException {
        around.underWay.awaitAnswersAbove(folder, what);
        if (!around.threads.take(silence)) {
            throw new StoreAwayException(
                    "'" + what + "': " + around.threads.leftBehind() + " calls hang in the store's file system");
        }
        PendingCall<T> pending = new PendingCall<>(call, new CallProgress(around.kernel, folder, silence), around);
        start(pending);
        return pending.await(what);
    }

    private void start(PendingCall<?> pending) {
        around.underWay.add(pending);
        try {
            around.threads.start(pending);
        } catch (RuntimeException | Error noThread) {
            around.underWay.remove(pending);
            throw noThread;
        }
    }

    /** Whether what is mounted at this very name hangs. */
    boolean hangsAt(KeyBytes folder, KeyBytes name) {
        return around.threads.leftBehind() > 0 && around.underWay.hangsAtMount(folder.child(name));
    }

    /** Closes it when the next call comes back, such as the one that may still be using it. */
    void closeLater(Closeable open) {
        around.threads.closeLater(open);
    }

    /** Closes it soon, never on the caller's thread. */
    void close(Closeable open) {
        around.threads.close(open);
    }
}
