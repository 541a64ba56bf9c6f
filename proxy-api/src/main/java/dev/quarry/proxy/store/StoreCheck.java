package dev.quarry.proxy.store;

import org.jspecify.annotations.Nullable;

/**
 * One thing that was tried with a store.
 *
 * @param name reach, list, read, archive, versioned or clock
 * @param ok null if it cannot be told
 * @param detail for people
 */
public record StoreCheck(String name, @Nullable Boolean ok, String detail) {
    public static StoreCheck good(String name, String detail) {
        return new StoreCheck(name, true, detail);
    }

    public static StoreCheck bad(String name, String detail) {
        return new StoreCheck(name, false, detail);
    }

    public static StoreCheck unknown(String name, String detail) {
        return new StoreCheck(name, null, detail);
    }
}
