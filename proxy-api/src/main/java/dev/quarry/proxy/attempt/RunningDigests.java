package dev.quarry.proxy.attempt;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * SHA-256 of items whose download broke off, so that a file that comes in parts is identified as well. Of this process alone, and of the newest only: what
 * is lost costs a move, which is then seen as new and deleted.
 */
@Component
class RunningDigests {
    private static final int MOST = 4_096;

    private final Map<Item, RunningDigest> kept = new LinkedHashMap<>();

    private record Item(UUID attempt, int n) {}

    /** What bytes from this offset on belong to; none if some before them did not pass here. */
    synchronized Optional<RunningDigest> from(UUID attempt, int n, long offset) {
        RunningDigest begun = kept.get(new Item(attempt, n));
        if (begun != null && begun.seen() >= offset) {
            kept.remove(new Item(attempt, n));
            return Optional.of(begun);
        }
        return offset == 0 ? Optional.of(new RunningDigest()) : Optional.empty();
    }

    /** For the part that comes next. */
    synchronized void keep(UUID attempt, int n, RunningDigest digest) {
        kept.merge(new Item(attempt, n), digest, (one, other) -> one.seen() > other.seen() ? one : other);
        if (kept.size() > MOST) {
            kept.remove(kept.keySet().iterator().next());
        }
    }
}
