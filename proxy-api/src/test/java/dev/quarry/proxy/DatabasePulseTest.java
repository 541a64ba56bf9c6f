package dev.quarry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class DatabasePulseTest {
    private static final Duration SILENCE = Duration.ofSeconds(1);

    @Test
    void itGoesOnAfterWhatWasToBeDoneForASilentDatabaseHasFailed() throws IOException {
        AtomicBoolean silent = new AtomicBoolean(true);
        AtomicInteger cuts = new AtomicInteger();
        try (DatabasePulse pulse = new DatabasePulse(new MayBeSilent(login(), silent), SILENCE, () -> {
            if (cuts.incrementAndGet() == 1) {
                throw new IllegalStateException("connections that cannot be cut");
            }
        })) {
            Eventually.holds("connections are cut again", () -> cuts.get() > 1);
            assertThat(pulse.isAway()).isTrue();
            silent.set(false);
            Eventually.holds("it is heard again", () -> !pulse.isAway());
        }
    }

    private static DataSource login() throws IOException {
        EmbeddedPostgres postgres = RunningApi.shared().postgres();
        PGSimpleDataSource login = new PGSimpleDataSource();
        login.setUrl(postgres.jdbcUrl());
        login.setUser(DatabaseRole.APPLICATION.login());
        login.setPassword(postgres.password(DatabaseRole.APPLICATION));
        return login;
    }

    /** Takes its time as long as it is silent, and then fails as a socket does. */
    private static final class MayBeSilent extends DelegatingDataSource {
        private final AtomicBoolean silent;

        MayBeSilent(DataSource login, AtomicBoolean silent) {
            super(login);
            this.silent = silent;
        }

        @Override
        public Connection getConnection() throws SQLException {
            long end = System.nanoTime() + SILENCE.toNanos();
            while (silent.get()) {
                if (System.nanoTime() > end) {
                    throw new SQLException("no answer", "08006");
                }
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
            return super.getConnection();
        }
    }
}
