package dev.quarry.proxy.store;

/** Takes up the names that a store's answers to a listing hold. Folders have their slash here, as in page tokens. */
public interface ListedNames {
    /** Begins an answer. @param more whether others follow it */
    void answer(boolean more);

    /** The name in the folder. @throws StoreAwayException if the key lies elsewhere */
    KeyBytes name(String key) throws StoreAwayException;

    /** The listing is at this name. False: nothing more need be said of it. */
    boolean file(KeyBytes name) throws NotReadableException;

    /** What was listed of the name that was said last. */
    void add(Entry file);

    /** @param name with its slash */
    void folder(KeyBytes name) throws NotReadableException;

    boolean isMore();

    /** Whether there is a name to go on after. */
    boolean hasMoved();
}
