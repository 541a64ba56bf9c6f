package dev.quarry.dev.stack;

import static dev.quarry.postgres.DatabaseRole.APPLICATION;
import static dev.quarry.postgres.DatabaseRole.OWNER;

import dev.quarry.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where proxy-api keeps its rows: an embedded server, or the one that {@code QUARRY_DB_URL} names. */
final class Database implements AutoCloseable {
    private final Map<String, String> environment;
    private final @Nullable EmbeddedPostgres embedded;

    private Database(Map<String, String> environment, @Nullable EmbeddedPostgres embedded) {
        this.environment = Map.copyOf(environment);
        this.embedded = embedded;
    }

    static Database start(StackFolder folder, int port) throws IOException, InterruptedException, SQLException {
        Optional<OutsideDatabase> outside = OutsideDatabase.in(System.getenv());
        return outside.isPresent()
                ? new Database(outside.get().environment(), null)
                : embedded(EmbeddedPostgres.start(folder.postgres(), port));
    }

    private static Database embedded(EmbeddedPostgres postgres) {
        Map<String, String> environment = OutsideDatabase.variables(System.getenv());
        environment.put("QUARRY_DB_URL", postgres.jdbcUrl());
        environment.put("QUARRY_DB_USER", APPLICATION.login());
        environment.put(
                "QUARRY_DB_PASSWORD_FILE", postgres.passwordFile(APPLICATION).toString());
        environment.put("QUARRY_DB_OWNER_USER", OWNER.login());
        environment.put(
                "QUARRY_DB_OWNER_PASSWORD_FILE", postgres.passwordFile(OWNER).toString());
        return new Database(environment, postgres);
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
