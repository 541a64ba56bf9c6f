package dev.quarry.proxy.store;

import dev.quarry.proxy.problem.Problem;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks of single fields of a request; each names the field and what was given. Not for secrets. */
final class Fields {
    private static final int PREFIX_BYTES = 900;

    private Fields() {}

    /** @throws Problem 422 invalid_ and the field's name */
    static String matching(String field, @Nullable String given, String pattern) {
        if (given == null || !given.matches(pattern)) {
            throw Problem.invalid(
                    "invalid_" + field.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT),
                    field + " must match ^" + pattern + "$, got "
                            + (given == null ? "nothing" : "'" + KeyBytes.utf8(given) + "'"));
        }
        return given;
    }

    /** A folder in a bucket or container: a slash is put at its end. @throws Problem 422 invalid_prefix */
    static KeyBytes prefix(@Nullable String given) {
        String prefix = given == null ? "" : given;
        KeyBytes bytes = KeyBytes.utf8(prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
        if (bytes.bytes().length > PREFIX_BYTES
                || !new String(bytes.bytes(), java.nio.charset.StandardCharsets.UTF_8).startsWith(prefix)) {
            throw Problem.invalid("invalid_prefix", "prefix must be text of at most " + PREFIX_BYTES + " bytes");
        }
        return bytes;
    }
}
