package dev.quarry.proxy.store;

import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store that lists keys in order. A page token is the name last seen, so a walk goes on at any time; if that was a folder, with its slash
 * where the store's order has it.
 */
public abstract class KeyStoreLister<C extends StoreConnection> extends ConnectedLister<C> {
    /** Answers without a name, as of a bucket full of delete markers, that are passed over within one call. */
    private static final int EMPTY_ANSWERS = 100;

    protected KeyStoreLister(StoreConnections<C> connections, Store store) {
        super(connections, store);
    }

    @Override
    public final Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) throws StoreException {
        return connected(
                folder,
                Optional.of(name),
                1,
                (connection, asked) ->
                        isSplit(connection) ? page(connection, asked).next() : Optional.empty());
    }

    @Override
    final Listing page(C connection, Asked asked) throws StoreException {
        KeyPage page = new KeyPage(asked.prefix(), asked.after(), order(connection), asked.shown());
        @Nullable String token = null;
        for (int i = 0; i < EMPTY_ANSWERS; i++) {
            token = answer(connection, asked, token, page);
            if (!page.isMore() && asked.isFirstOfFolder() && !page.hasMoved()) {
                throw gone(asked);
            }
            // Where there is a name to go on after, the next page begins there.
            if (!page.isMore() || page.hasMoved()) {
                return page.listing();
            }
        }
        throw new StoreAwayException(asked.shown() + ": " + EMPTY_ANSWERS + " answers of the listing hold nothing");
    }

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
}
