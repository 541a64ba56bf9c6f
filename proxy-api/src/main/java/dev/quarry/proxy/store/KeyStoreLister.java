package dev.quarry.proxy.store;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store over the network that has keys and no folders, as folders: the delimiter is '/'. A page token is the name last seen, with the slash if that was a
 * folder, so a walk goes on at any time; the service's own token lives inside one call only.
 */
public abstract class KeyStoreLister<C extends StoreConnection> implements StoreLister {
    /** Answers without a name, as of a bucket full of delete markers, that are passed over within one call. */
    private static final int EMPTY_ANSWERS = 100;

    private final StoreConnections<C> connections;
    private final Store store;
    private Instant throttled = Instant.MIN;

    protected KeyStoreLister(StoreConnections<C> connections, Store store) {
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
    protected record Asked(String prefix, Optional<KeyBytes> after, int max, String shown) {}

    @Override
    public final Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        return connected(folder, (connection, shown) -> page(connection, folder, after, max, shown));
    }

    @Override
    public final Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) throws StoreException {
        return connected(
                folder,
                (connection, shown) -> isSplit(connection)
                        ? page(connection, folder, Optional.of(name), 1, shown).next()
                        : Optional.empty());
    }

    @Override
    public final boolean throttledSince(Instant time) {
        return !throttled.isBefore(time);
    }

    private interface Call<C, T> {
        T on(C connection, String shown) throws StoreException;
    }

    private <T> T connected(KeyBytes folder, Call<C, T> call) throws StoreException {
        C connection = connections.take(store);
        String shown = folder.isEmpty() ? root(connection) : "'" + folder + "'";
        try {
            return call.on(connection, shown);
        } catch (RuntimeException failed) {
            throw mapped(failed, shown);
        } finally {
            throttled = connection.throttled();
            connection.giveBack();
        }
    }

    private Listing page(C connection, KeyBytes folder, Optional<KeyBytes> after, int max, String shown)
            throws StoreException {
        Asked asked = new Asked(TextKey.of(store.root(), folder.prefix()), after, Math.max(1, max), shown);
        KeyPage page = new KeyPage(asked.prefix(), after, order(connection), shown);
        @Nullable String token = null;
        for (int i = 0; i < EMPTY_ANSWERS; i++) {
            token = answer(connection, asked, token, page);
            if (!page.isMore() && after.isEmpty() && !folder.isEmpty() && !page.hasMoved()) {
                throw new GoneFromStoreException(shown + " is not there any more");
            }
            // Where there is a name to go on after, the next page begins there.
            if (!page.isMore() || page.hasMoved()) {
                return page.listing();
            }
        }
        throw new StoreAwayException(shown + ": " + EMPTY_ANSWERS + " answers of the listing hold nothing");
    }

    /** The whole store, for people. */
    protected abstract String root(C connection);

    /**
     * Adds one answer of the service to the page.
     *
     * @param token of the answer before
     * @return the service's token for the next one
     */
    protected abstract @Nullable String answer(C connection, Asked asked, @Nullable String token, KeyPage page)
            throws StoreException;

    /** In which the store lists names. */
    protected Comparator<KeyBytes> order(C connection) throws StoreException {
        return Comparator.naturalOrder();
    }

    /** See {@link StoreLister#probe}. */
    protected boolean isSplit(C connection) throws StoreException {
        return true;
    }

    /** What the client's own exceptions mean; others are thrown as they are. */
    protected abstract StoreException mapped(RuntimeException failed, String shown);
}
