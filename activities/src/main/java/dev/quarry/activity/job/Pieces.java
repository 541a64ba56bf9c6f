package dev.quarry.activity.job;

import java.util.ArrayList;
import java.util.List;

/** A list in pieces, for calls that take so many at most. */
public final class Pieces {
    private Pieces() {}

    public static <T> List<List<T>> of(List<T> all, int size) {
        List<List<T>> pieces = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            pieces.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return pieces;
    }
}
