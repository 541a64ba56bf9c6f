package dev.quarry.proxy;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Two logins: the application's, which owns nothing, and the owner's, for migrations only. */
@Configuration
class DatabaseSources {
    private static final Duration CONNECT = Duration.ofSeconds(2);

    @Bean
    @Primary
    DataSource application(QuarrySettings settings) {
        QuarrySettings.Database db = settings.db();
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName("quarry");
        pool.setJdbcUrl(db.url());
        pool.setUsername(db.user());
        pool.setPassword(read("QUARRY_DB_PASSWORD_FILE", db.passwordFile()));
        pool.setMaximumPoolSize(24);
        pool.setMinimumIdle(2);
        pool.setConnectionTimeout(2_000); // the database away is 503 within 3 s
        pool.setValidationTimeout(1_000);
        pool.setInitializationFailTimeout(30_000);
        pool.setConnectionInitSql(limits(db.patience()));
        pool.addDataSourceProperty("connectTimeout", Long.toString(CONNECT.toSeconds()));
        // For a database that hangs and so does not end a statement in time by itself.
        pool.addDataSourceProperty(
                "socketTimeout", Long.toString(db.patience().plus(CONNECT).toSeconds()));
        pool.addDataSourceProperty("reWriteBatchedInserts", "true");
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        pool.addDataSourceProperty("ApplicationName", "quarry");
        return pool;
    }

    /** The last one is for the database: what a process that hangs has locked is free again after that time. */
    private static String limits(Duration patience) {
        long millis = patience.toMillis();
        return "set statement_timeout = " + millis + "; set lock_timeout = " + millis / 2
                + "; set idle_in_transaction_session_timeout = " + millis;
    }

    /** Migrations may take any time. */
    @Bean
    @FlywayDataSource
    DataSource owner(QuarrySettings settings) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.db().url());
        source.setConnectTimeout((int) CONNECT.toSeconds());
        source.setUser(settings.db().ownerUser());
        source.setPassword(read("QUARRY_DB_OWNER_PASSWORD_FILE", settings.db().ownerPasswordFile()));
        return source;
    }

    private static String read(String variable, @Nullable Path file) {
        if (file == null) {
            throw new IllegalArgumentException(variable + " is not set; it names the file with the database password");
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(variable + " " + file + " cannot be read", unreadable);
        }
    }
}
