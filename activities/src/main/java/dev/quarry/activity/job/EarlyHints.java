package dev.quarry.activity.job;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hints at jobs that nobody watches: a short job can end before its watch begins. Keeps the newest few; most are other workers' jobs.
 */
final class EarlyHints {
    private static final int KEPT = 4096;

    private final Map<JobHandle, Boolean> handles = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<JobHandle, Boolean> eldest) {
            return size() > KEPT;
        }
    };

    /** Makes the handle known; whether there was a hint before. */
    synchronized boolean claim(JobHandle handle, Runnable makeKnown) {
        makeKnown.run();
        return handles.remove(handle) != null;
    }

    /** What is known of the handle; if nothing is, the hint is kept. */
    synchronized <T> Optional<T> unlessKnown(JobHandle handle, Supplier<@Nullable T> known) {
        Optional<T> found = Optional.ofNullable(known.get());
        if (found.isEmpty()) {
            handles.put(handle, true);
        }
        return found;
    }
}
