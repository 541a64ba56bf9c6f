package dev.quarry.proxy.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.annotation.Scheduled;

/** One connection per store: made when it is needed, replaced when the store's settings changed, closed when nobody has used it for a while. */
public abstract class StoreConnections<C extends StoreConnection> implements DisposableBean {
    private static final Duration IDLE = Duration.ofMinutes(15);

    private final Map<UUID, C> open = new ConcurrentHashMap<>();

    /** Makes one; speaks to nobody yet. */
    protected abstract C connect(Store store);

    /** The caller gives it back. */
    public final C take(Store store) {
        RemoteSettings settings = Objects.requireNonNull(store.remote(), "such a store has settings");
        return Objects.requireNonNull(open.compute(store.id(), (id, old) -> {
            if (old != null && old.settings().equals(settings) && old.isFor(store) && old.take()) {
                return old;
            }
            C fresh = connect(store);
            fresh.take();
            if (old != null) {
                old.retire();
            }
            return fresh;
        }));
    }

    @Scheduled(fixedDelay = 60_000, initialDelay = 60_000)
    void closeIdle() {
        Instant since = Instant.now().minus(IDLE);
        for (UUID id : open.keySet()) {
            open.computeIfPresent(id, (same, connection) -> {
                if (!connection.isIdleSince(since)) {
                    return connection;
                }
                connection.retire();
                return null;
            });
        }
    }

    @Override
    public void destroy() {
        open.values().forEach(StoreConnection::retire);
    }
}
