package dev.quarry.proxy.store;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Kinds of stores. */
public enum StoreKind {
    FILESYSTEM,
    S3,
    AZURE;

    /** As the API and the database call it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<StoreKind> find(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst();
    }

    static StoreKind of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
