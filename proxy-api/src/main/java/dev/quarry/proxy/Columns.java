package dev.quarry.proxy;

import java.util.Collection;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows by column, as array parameters of a statement that takes them all at once. */
public final class Columns {
    private Columns() {}

    public static <T> String[] texts(Collection<T> rows, Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    /** To be cast to {@code uuid[]} by the statement. */
    public static String[] ids(Collection<UUID> ids) {
        return texts(ids, UUID::toString);
    }

    public static <T> byte[][] bytes(Collection<T> rows, Function<T, byte @Nullable []> column) {
        return rows.stream().map(column).toArray(byte[][]::new);
    }
}
