package dev.quarry.dev.stack;

import static dev.quarry.postgres.DatabaseRole.APPLICATION;
import static dev.quarry.postgres.DatabaseRole.OWNER;

import dev.quarry.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where proxy-api keeps its rows: an embedded server, or the one that {@code QUARRY_DB_URL} names. */
final class Database implements AutoCloseable {
    private static final String URL = "QUARRY_DB_URL";
    /** Passed on as they are with an outside server, whose provider made roles and passwords. */
    private static final List<String> OUTSIDE = List.of(
            "QUARRY_DB_USER", "QUARRY_DB_PASSWORD_FILE", "QUARRY_DB_OWNER_USER", "QUARRY_DB_OWNER_PASSWORD_FILE");

    private final Map<String, String> environment;
    private final @Nullable EmbeddedPostgres embedded;

    private Database(Map<String, String> environment, @Nullable EmbeddedPostgres embedded) {
        this.environment = Map.copyOf(environment);
        this.embedded = embedded;
    }

    static Database start(StackFolder folder, int port) throws IOException, InterruptedException, SQLException {
        String outside = System.getenv(URL);
        if (outside != null && !outside.isEmpty()) {
            return outside(outside);
        }
        EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.postgres(), port);
        return new Database(
                Map.of(
                        URL,
                        postgres.jdbcUrl(),
                        "QUARRY_DB_USER",
                        APPLICATION.login(),
                        "QUARRY_DB_PASSWORD_FILE",
                        postgres.passwordFile(APPLICATION).toString(),
                        "QUARRY_DB_OWNER_USER",
                        OWNER.login(),
                        "QUARRY_DB_OWNER_PASSWORD_FILE",
                        postgres.passwordFile(OWNER).toString()),
                postgres);
    }

    private static Database outside(String url) throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(URL, url));
        for (String name : OUTSIDE) {
            String value = System.getenv(name);
            if (value == null || value.isEmpty()) {
                throw new IOException(URL + " names a database of your own; then set " + String.join(", ", OUTSIDE)
                        + " too (docs/operations.md says which roles it needs). Missing: " + name);
            }
            environment.put(name, value);
        }
        return new Database(environment, null);
    }

    Map<String, String> environment() {
        return environment;
    }

    Optional<EmbeddedPostgres> embedded() {
        return Optional.ofNullable(embedded);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (embedded != null) {
            embedded.close();
        }
    }
}
