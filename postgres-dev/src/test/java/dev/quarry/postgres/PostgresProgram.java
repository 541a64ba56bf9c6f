package dev.quarry.postgres;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;

/** A JVM of its own that holds a server, to be killed: prints {@code READY} once a row is committed, then waits for ever. */
final class PostgresProgram {
    private PostgresProgram() {}

    public static void main(String[] arguments) throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        try (Connection owner = postgres.connect(EmbeddedPostgres.DATABASE, DatabaseRole.OWNER);
                Statement statement = owner.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS public.boot(at timestamptz DEFAULT now())");
            statement.execute("INSERT INTO public.boot DEFAULT VALUES");
        }
        System.out.println("READY");
        Thread.currentThread().join();
    }
}
