package dev.quarry.proxy.store;

import dev.quarry.proxy.QuarrySettings;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The threads on which file systems are called, each store's apart from the others', so that a mount that hangs holds only its own. */
@Component
class FilesystemMounts {
    private final Map<UUID, BoundedCalls> calls = new ConcurrentHashMap<>();
    private final QuarrySettings.FilesystemLimits limits;
    private final BoundedCalls registration;

    FilesystemMounts(QuarrySettings settings) {
        this.limits = settings.filesystem();
        this.registration = new BoundedCalls("registration", KeyBytes.EMPTY, limits);
    }

    BoundedCalls of(Store store) {
        return calls.computeIfAbsent(store.id(), id -> new BoundedCalls(store.name(), store.root(), limits));
    }

    /** For directories that are no stores yet. */
    BoundedCalls registration() {
        return registration;
    }

    /** Calls of this store go through these from now on: how tests put a mount that hangs under it. */
    void put(UUID store, BoundedCalls others) {
        calls.put(store, others);
    }
}
