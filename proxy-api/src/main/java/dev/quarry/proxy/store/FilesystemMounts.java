package dev.quarry.proxy.store;

import dev.quarry.proxy.QuarrySettings;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The threads on which file systems are called, each store's apart from the others', so that a mount that hangs holds only its own. */
@Component
class FilesystemMounts {
    /** @param most at once, as the store's settings had it */
    private record Limited(int most, BoundedCalls calls) {}

    private final Map<UUID, Limited> calls = new ConcurrentHashMap<>();
    private final FilesystemLimits limits;
    private final BoundedCalls registration;

    FilesystemMounts(QuarrySettings settings) {
        this.limits = settings.filesystem();
        this.registration = new BoundedCalls("registration", KeyBytes.EMPTY, limits);
    }

    BoundedCalls of(Store store) {
        int most = store.atMost(limits.calls());
        return Objects.requireNonNull(calls.compute(
                        store.id(), (id, old) -> old != null && old.most == most ? old : limited(store, most)))
                .calls;
    }

    private Limited limited(Store store, int most) {
        FilesystemLimits own = new FilesystemLimits(limits.silence(), most);
        return new Limited(most, new BoundedCalls(store.name(), store.root(), own));
    }

    /** For directories that are no stores yet. */
    BoundedCalls registration() {
        return registration;
    }

    /** Calls of this store go through these from now on: how tests put a mount that hangs under it. */
    void put(UUID store, BoundedCalls others) {
        calls.put(store, new Limited(limits.calls(), others));
    }
}
