package dev.quarry.proxy.attempt;

import org.jspecify.annotations.Nullable;

/** Cleans what comes from a container before it is stored: PostgreSQL takes neither NUL nor lone surrogates. */
final class LineText {
    private LineText() {}

    /** NUL and lone surrogates become U+FFFD; at most {@code max} UTF-16 units, never half a pair. */
    static String clean(String text, int max) {
        int end = Math.min(text.length(), max);
        if (end < text.length() && end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        if (isClean(text, end)) {
            return text.substring(0, end);
        }
        StringBuilder cleaned = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text.charAt(i + 1))) {
                cleaned.append(c).append(text.charAt(++i));
            } else {
                cleaned.append(c == 0 || Character.isSurrogate(c) ? '\uFFFD' : c);
            }
        }
        return cleaned.toString();
    }

    static @Nullable String cleanOrNull(@Nullable String text, int max) {
        return text == null ? null : clean(text, max);
    }

    private static boolean isClean(String text, int end) {
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
