package dev.quarry.activity.job;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The jobs that somebody waits for, and hints at those that nobody waits for yet. */
final class Watches {
    private final Map<String, Watch> byAttempt = new ConcurrentHashMap<>();
    private final Map<JobHandle, Watch> byHandle = new ConcurrentHashMap<>();
    private final EarlyHints early = new EarlyHints();

    /** Takes the place of the watch of the same attempt, if there is one, which is over then. */
    Optional<Watch> add(Watch watch) {
        Watch before = byAttempt.put(watch.job.attempt(), watch);
        if (before != null) {
            before.over = true;
        }
        return Optional.ofNullable(before);
    }

    /** @return whether there was a hint at the job before */
    boolean expect(Watch watch) {
        JobHandle handle = watch.handle;
        return handle != null && early.claim(handle, () -> byHandle.put(handle, watch));
    }

    /** Who waits for the job that something is heard of; if nobody does, that is remembered for a while. */
    Optional<Watch> hinted(JobHandle handle) {
        return early.unlessKnown(handle, () -> byHandle.get(handle));
    }

    void found(Watch watch, JobHandle handle) {
        watch.handle = handle;
        byHandle.put(handle, watch);
    }

    void forget(Watch watch) {
        watch.over = true;
        byAttempt.remove(watch.job.attempt(), watch);
        watch.knownHandle().ifPresent(handle -> byHandle.remove(handle, watch));
    }

    /** Forgets all. */
    List<Watch> letGo() {
        List<Watch> left = List.copyOf(byAttempt.values());
        byAttempt.clear();
        byHandle.clear();
        left.forEach(watch -> watch.over = true);
        return left;
    }

    /** Those of the moment, whenever it is looked at. */
    Collection<Watch> all() {
        return byAttempt.values();
    }

    Map<String, Watch> byAttempt() {
        return byAttempt;
    }
}
