package dev.quarry.proxy.store;

import java.util.Optional;

/** Files of a store over the network, each read under the condition that it still has the ETag that was listed. */
public abstract class PinnedStoreReader<C extends StoreConnection> implements StoreReader {
    private final StoreConnections<C> connections;
    private final Store store;

    protected PinnedStoreReader(StoreConnections<C> connections, Store store) {
        this.connections = connections;
        this.store = store;
    }

    @Override
    public final StoreContent open(KeyBytes key, String version, Optional<ByteRange> range) throws StoreException {
        EtagVersion pinned = EtagVersion.parse(version, key);
        String name = TextKey.of(store.root(), key);
        long offset = range.map(ByteRange::offset).orElse(0L);
        long length = Math.min(range.map(ByteRange::length).orElse(Long.MAX_VALUE), pinned.size() - offset);
        C connection = reading();
        boolean streams = false;
        try {
            StoreContent content = length <= 0
                    ? nothing(connection, name, pinned, offset)
                    : content(connection, name, pinned, offset, length);
            streams = length > 0;
            return content;
        } catch (RuntimeException failed) {
            throw mapped(failed, "'" + key + "'");
        } finally {
            if (!streams) {
                connection.stopReading();
            }
        }
    }

    private C reading() throws StoreException {
        C connection = connections.take(store);
        try {
            connection.startReading();
            return connection;
        } catch (StoreException busy) {
            connection.giveBack();
            throw busy;
        }
    }

    /** An open stream, which stops the connection's reading when it is closed. */
    protected abstract StoreContent content(C connection, String name, EtagVersion pinned, long offset, long length)
            throws StoreException;

    /** No byte is asked for, which there is no range for; but it must be the listed version all the same. */
    protected abstract StoreContent nothing(C connection, String name, EtagVersion pinned, long offset)
            throws StoreException;

    /** What the client's own exceptions mean; others are thrown as they are. */
    protected abstract StoreException mapped(RuntimeException failed, String shown);
}
