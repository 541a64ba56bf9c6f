package dev.quarry.proxy.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call, on its thread and in the hands of who waits for it. */
final class PendingCall<T> implements Runnable {
    private final BoundedCalls.Call<T> call;
    private final CallProgress progress;
    private final BoundedCalls.Surroundings around;
    private final Object lock = new Object();
    /** What hangs, if it does. */
    private volatile HungPlace place;

    private boolean abandoned;
    private @Nullable CallAnswer<T> answer;

    PendingCall(BoundedCalls.Call<T> call, CallProgress progress, BoundedCalls.Surroundings around) {
        this.call = call;
        this.progress = progress;
        this.around = around;
        this.place = HungPlace.folder(progress.folder());
    }

    @Override
    public void run() {
        try {
            progress.begin();
            end(new CallAnswer<>(call.with(progress), null));
        } catch (IOException | RuntimeException | Error failed) {
            end(new CallAnswer<>(null, failed));
        }
    }

    private void end(CallAnswer<T> given) {
        boolean late;
        around.underWay().remove(this);
        synchronized (lock) {
            answer = given;
            late = abandoned;
            lock.notifyAll();
        }
        if (late) {
            around.threads().comesBack();
            if (given.result() instanceof Closeable open) {
                around.threads().closeLater(open);
            }
        }
    }

    /** For its own caller, who leaves it behind if it is silent. */
    T await(KeyBytes what) throws IOException {
        synchronized (lock) {
            while (answer == null) {
                if (progress.isSilent()) {
                    abandon();
                    throw hangs(what);
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(lock, progress.untilSilent() + 1_000_000);
                } catch (InterruptedException stopped) {
                    abandon();
                    throw StoreThreads.interrupted(stopped);
                }
            }
            return answer.get();
        }
    }

    /** For a call that would follow this one to where it is. */
    void awaitAnswer(KeyBytes what) throws StoreAwayException {
        synchronized (lock) {
            while (answer == null && progress.isSuspicious()) {
                if (progress.isSilent()) {
                    throw hangs(what);
                }
                try {
                    long most = progress.suspicious().toNanos();
                    TimeUnit.NANOSECONDS.timedWait(lock, Math.min(progress.untilSilent(), most) + 1_000_000);
                } catch (InterruptedException stopped) {
                    throw StoreThreads.interrupted(stopped);
                }
            }
        }
    }

    boolean hangsAbove(KeyBytes folder) {
        return progress.isSuspicious() && place.holds(folder);
    }

    boolean hangsAtMount(KeyBytes at) {
        HungPlace hung = place;
        return progress.isSuspicious() && hung.isMount() && hung.where().equals(at);
    }

    private void abandon() {
        abandoned = true;
        place = HungPlace.of(progress, around.root(), around.kernel());
        around.threads().leaveBehind();
    }

    private StoreHangsException hangs(KeyBytes what) {
        return new StoreHangsException(
                "'" + what + "': the file system has not answered for "
                        + progress.silence().toMillis() + " ms",
                place.where());
    }
}
