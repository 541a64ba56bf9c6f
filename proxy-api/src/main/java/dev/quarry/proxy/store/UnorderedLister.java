package dev.quarry.proxy.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A store that lists keys in no order, and begins nowhere but at the start. A folder is gone through whole, by the service's own token, inside one call;
 * the first names behind the page's start are held, sorted, for the pages that follow, and the folder is gone through again when they are used up. Page
 * tokens are those of {@link KeyStoreLister}. Scopes are not split: a half would cost as much as the whole.
 */
public abstract class UnorderedLister<C extends StoreConnection> extends ConnectedLister<C> {
    private final int most;
    private @Nullable EntryWindow held;

    /** @param most names held of one folder, with what was listed of them */
    protected UnorderedLister(StoreConnections<C> connections, Store store, int most) {
        super(connections, store);
        this.most = most;
    }

    @Override
    final Listing page(C connection, Asked asked) throws StoreException {
        EntryWindow before = held;
        held = null;
        EntryWindow window =
                before != null && before.serves(asked.folder(), asked.after()) ? before : window(connection, asked);
        if (window.isEmpty() && asked.isFirstOfFolder()) {
            throw gone(asked);
        }
        Listing page = window.page(asked.after(), asked.max());
        held = page.next().isPresent() ? window : null;
        return page;
    }

    private EntryWindow window(C connection, Asked asked) throws StoreException {
        EntryWindow window = new EntryWindow(asked.folder(), asked.prefix(), asked.after(), most, asked.shown());
        Optional<String> token = Optional.empty();
        do {
            Optional<String> next = answer(connection, asked, token, window);
            if (next.isPresent() && next.equals(token)) {
                throw new StoreAwayException(asked.shown() + ": the listing goes on where it was, and does not end");
            }
            token = next;
        } while (token.isPresent());
        return window;
    }

    /**
     * Adds one answer of the service to the names.
     *
     * @param token of the answer before
     * @return the service's token for the next one; empty at the end
     */
    protected abstract Optional<String> answer(C connection, Asked asked, Optional<String> token, ListedNames names)
            throws StoreException;
}
