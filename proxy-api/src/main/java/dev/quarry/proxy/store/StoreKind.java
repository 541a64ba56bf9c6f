package dev.quarry.proxy.store;

import java.util.Locale;

/** Kinds of stores. */
public enum StoreKind {
    FILESYSTEM;

    /** As the API and the database call it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static StoreKind of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
