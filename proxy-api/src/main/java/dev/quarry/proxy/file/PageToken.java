package dev.quarry.proxy.file;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.KeyBytes;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a page ended: what it was listing and the last one's key. Opaque to callers.
 *
 * @param after bytes of a name, or of an id's text
 */
record PageToken(Kind kind, KeyBytes after) {
    enum Kind {
        /** Folders come before files. */
        FOLDERS("d."),
        FILES("f."),
        OUTCOME("o.");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    static final PageToken START = new PageToken(Kind.FOLDERS, KeyBytes.EMPTY);

    static final PageToken OUTCOMES = new PageToken(Kind.OUTCOME, KeyBytes.EMPTY);

    /** @throws Problem 422 invalid_after */
    static PageToken parse(@Nullable String text, PageToken start) {
        if (text == null) {
            return start;
        }
        for (Kind kind : Kind.values()) {
            boolean sameListing = (kind == Kind.OUTCOME) == (start.kind == Kind.OUTCOME);
            if (sameListing && text.startsWith(kind.prefix)) {
                return new PageToken(kind, decoded(text.substring(2)));
            }
        }
        throw invalid();
    }

    private static KeyBytes decoded(String text) {
        try {
            return KeyBytes.of(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            throw invalid();
        }
    }

    static Problem invalid() {
        return Problem.invalid("invalid_after", "'after' is not the 'next' of a page of this listing");
    }

    @Override
    public String toString() {
        return kind.prefix + after.base64Url();
    }
}
