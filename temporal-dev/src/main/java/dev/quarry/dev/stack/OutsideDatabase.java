package dev.quarry.dev.stack;

import dev.quarry.dev.UsageException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A PostgreSQL of the user's own, that {@code QUARRY_DB_URL} names.
 *
 * @param environment what proxy-api is told of it
 */
public record OutsideDatabase(String url, Map<String, String> environment) {
    private static final String URL = "QUARRY_DB_URL";
    /** The server's provider made roles and passwords. */
    private static final List<String> NEEDED = List.of(
            "QUARRY_DB_USER", "QUARRY_DB_PASSWORD_FILE", "QUARRY_DB_OWNER_USER", "QUARRY_DB_OWNER_PASSWORD_FILE");

    /** @throws UsageException if the environment names one and does not say how to log in there */
    public static Optional<OutsideDatabase> in(Map<String, String> environment) {
        Map<String, String> told = variables(environment);
        String url = told.get(URL);
        if (url == null) {
            return Optional.empty();
        }
        for (String name : NEEDED) {
            if (!told.containsKey(name)) {
                throw new UsageException(URL + " names a database of your own; then set " + String.join(", ", NEEDED)
                        + " too (docs/operations.md says which roles it needs). Missing: " + name);
            }
        }
        return Optional.of(new OutsideDatabase(url, told));
    }

    /** All that proxy-api knows of a database: its patience, too. */
    static Map<String, String> variables(Map<String, String> environment) {
        Map<String, String> some = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith("QUARRY_DB_") && !value.isEmpty()) {
                some.put(name, value);
            }
        });
        return some;
    }

    /** Where it is, without what may be a password. */
    public String place() {
        return url.replaceFirst("\\?.*", "");
    }

    @Override
    public String toString() {
        return place();
    }
}
