package dev.quarry.proxy.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How far a call has come: tells the waiting caller that the mount answers, and where the call was last. */
final class CallProgress {
    /** The part of the silence after which others wait for what a call at their place becomes. */
    private static final int SUSPICIOUS = 10;

    private final FilesystemKernel kernel;
    private final KeyBytes folder;
    private final Duration silence;
    private volatile long last = System.nanoTime();
    private volatile @Nullable KeyBytes name;

    /** @param silence after which the call is given up */
    CallProgress(FilesystemKernel kernel, KeyBytes folder, Duration silence) {
        this.kernel = kernel;
        this.folder = folder;
        this.silence = silence;
    }

    void begin() {
        kernel.enter(folder, KeyBytes.EMPTY);
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

    KeyBytes folder() {
        return folder;
    }

    /** Where the call was last. */
    KeyBytes place() {
        KeyBytes at = name;
        return at == null ? folder : folder.child(at);
    }

    Duration silence() {
        return silence;
    }

    boolean isSilent() {
        return untilSilent() == 0;
    }

    boolean isSuspicious() {
        return silentNanos() >= suspicious().toNanos();
    }

    Duration suspicious() {
        return silence.dividedBy(SUSPICIOUS);
    }

    /** Nanoseconds; 0 once it is. */
    long untilSilent() {
        return Math.max(0, silence.toNanos() - silentNanos());
    }

    private long silentNanos() {
        return System.nanoTime() - last;
    }
}
