package dev.quarry.proxy.store;

import java.time.Instant;
import java.util.Optional;

/** A store over the network that has keys and no folders, as folders: the delimiter is '/'. The service's own token lives inside one call only. */
public abstract class ConnectedLister<C extends StoreConnection> implements StoreLister {
    private final StoreConnections<C> connections;
    private final Store store;
    private Instant throttled = Instant.MIN;

    ConnectedLister(StoreConnections<C> connections, Store store) {
        this.connections = connections;
        this.store = store;
    }

    /**
     * What is asked for.
     *
     * @param prefix what all keys of the folder begin with
     * @param after the page token to begin after
     * @param shown the folder, for people
     */
    protected record Asked(KeyBytes folder, String prefix, Optional<KeyBytes> after, int max, String shown) {
        /** Whether an answer without a name says that there is no such folder. */
        boolean isFirstOfFolder() {
            return after.isEmpty() && !folder.isEmpty();
        }
    }

    @Override
    public final Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        return connected(folder, after, max, this::page);
    }

    @Override
    public final boolean throttledSince(Instant time) {
        return !throttled.isBefore(time);
    }

    interface Call<C, T> {
        T on(C connection, Asked asked) throws StoreException;
    }

    final <T> T connected(KeyBytes folder, Optional<KeyBytes> after, int max, Call<C, T> call) throws StoreException {
        C connection = connections.take(store);
        String shown = folder.isEmpty() ? root(connection) : "'" + folder + "'";
        try {
            String prefix = TextKey.of(store.root(), folder.prefix());
            return call.on(connection, new Asked(folder, prefix, after, Math.max(1, max), shown));
        } catch (RuntimeException failed) {
            throw mapped(failed, shown);
        } finally {
            throttled = connection.throttled();
            connection.giveBack();
        }
    }

    /** @throws GoneFromStoreException if the folder holds nothing, as then it is none */
    abstract Listing page(C connection, Asked asked) throws StoreException;

    static GoneFromStoreException gone(Asked asked) {
        return new GoneFromStoreException(asked.shown() + " is not there any more");
    }

    /** The whole store, for people. */
    protected abstract String root(C connection);

    /** What the client's own exceptions mean; others are thrown as they are. */
    protected abstract StoreException mapped(RuntimeException failed, String shown);
}
