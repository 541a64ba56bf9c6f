package dev.quarry.proxy;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Two logins: the application's, which owns nothing, and the owner's, for migrations only. */
@Configuration
class DatabaseSources {
    private static final Duration CONNECT = Duration.ofSeconds(2);

    @Bean
    DataSource application(QuarrySettings settings) {
        Database db = settings.db();
        // For a connection that hangs while others do not, and so does not end a statement in time by itself.
        PhysicalConnections connections =
                new PhysicalConnections(login(db, db.patience().plus(CONNECT)));
        PGSimpleDataSource own = login(db, db.silence());
        own.setLoginTimeout((int) db.silence().toSeconds());
        return new PulsedPool(pool(connections, db.patience()), new DatabasePulse(own, db.silence(), connections::cut));
    }

    private static HikariDataSource pool(PhysicalConnections connections, Duration patience) {
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName("quarry");
        pool.setDataSource(connections);
        pool.setMaximumPoolSize(24);
        pool.setMinimumIdle(2);
        pool.setConnectionTimeout(2_000); // the database away is 503 within 3 s
        pool.setValidationTimeout(1_000);
        pool.setInitializationFailTimeout(30_000);
        pool.setConnectionInitSql(limits(patience));
        return pool;
    }

    /** @param read for one answer of the server */
    private static PGSimpleDataSource login(Database db, Duration read) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(db.url());
        source.setUser(db.user());
        source.setPassword(read("QUARRY_DB_PASSWORD_FILE", db.passwordFile()));
        source.setConnectTimeout((int) CONNECT.toSeconds());
        source.setSocketTimeout((int) read.toSeconds());
        source.setReWriteBatchedInserts(true);
        source.setTcpKeepAlive(true);
        source.setApplicationName("quarry");
        return source;
    }

    /** The last one is for the database: what a process that hangs has locked is free again after that time. */
    private static String limits(Duration patience) {
        long millis = patience.toMillis();
        return "set statement_timeout = " + millis + "; set lock_timeout = " + millis / 2
                + "; set idle_in_transaction_session_timeout = " + millis;
    }

    /** Migrations may take any time. No bean: only they use it, and nobody else is to find it. */
    @Bean
    FlywayConfigurationCustomizer owner(QuarrySettings settings) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.db().url());
        source.setConnectTimeout((int) CONNECT.toSeconds());
        source.setUser(settings.db().ownerUser());
        source.setPassword(read("QUARRY_DB_OWNER_PASSWORD_FILE", settings.db().ownerPasswordFile()));
        return migrations -> migrations.dataSource(source);
    }

    private static String read(String variable, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    variable + " " + file + " cannot be read; it names the file with the database password",
                    unreadable);
        }
    }
}
