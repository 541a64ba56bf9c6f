package dev.quarry.proxy.store;

import java.time.Instant;
import java.util.Optional;

/**
 * Lists a store, a page at a time. Keep this small: every kind of store implements it and {@code StoreListerContract} holds it to account.
 *
 * <p>Not safe for use by several threads; an instance may hold the names of the scope it listed last, so use one for consecutive pages and then
 * drop it. Pages do not depend on it: any instance can go on after any name.
 */
public interface StoreLister {
    /**
     * The next page of one scope, by unsigned bytes of the names. Something that vanishes meanwhile is left out; links are not followed and are
     * not files; what is no regular file is a warning.
     *
     * @param folder path of the scope; {@link KeyBytes#EMPTY} is the root
     * @param after name to begin after, whether or not it is still there; empty begins at the start
     * @param max names looked at for this page, at least 1
     * @throws GoneFromStoreException if the folder is not there, or is no folder any more
     * @throws NotReadableException if the store refuses to list it
     * @throws StoreAwayException if the store does not answer; try again later
     */
    Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException;

    /**
     * Looks whether a scope could be split here: the name that comes first after this one, as {@link Listing#next} has it, if others follow it. A kind
     * of store has this only if a page after any name costs the same, and if it sorts a folder by its name and a slash: see {@link Listing#upTo}. For
     * all others the answer is always empty, and their scopes are listed in one go.
     *
     * @param name any text, which nothing need have; a slash at most at its end
     * @throws StoreException as {@link #list}
     */
    default Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) throws StoreException {
        return Optional.empty();
    }

    /** Whether the store, while this one listed, asked for fewer requests since then, even if it gave the page in the end. */
    default boolean throttledSince(Instant time) {
        return false;
    }
}
