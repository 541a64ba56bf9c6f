package dev.quarry.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class PulsedPoolTest {
    private static final long PATIENCE_MILLIS = 2_000;

    private final PulsedPool pool;

    PulsedPoolTest() throws IOException {
        PGSimpleDataSource login = login();
        HikariDataSource one = new HikariDataSource();
        one.setDataSource(login);
        one.setMaximumPoolSize(1);
        one.setConnectionTimeout(PATIENCE_MILLIS);
        pool = new PulsedPool(one, new DatabasePulse(login, Duration.ofSeconds(2), () -> {}));
    }

    private static PGSimpleDataSource login() throws IOException {
        EmbeddedPostgres postgres = RunningApi.shared().postgres();
        PGSimpleDataSource login = new PGSimpleDataSource();
        login.setUrl(postgres.jdbcUrl());
        login.setUser(DatabaseRole.APPLICATION.login());
        login.setPassword(postgres.password(DatabaseRole.APPLICATION));
        return login;
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void nobodyWaitsAgainWhereSomebodyHasJustWaitedInVain() throws SQLException {
        try (Connection only = pool.getConnection()) {
            assertThat(only.isValid(1)).isTrue();
            assertThat(millisOfARefusal()).isGreaterThanOrEqualTo(PATIENCE_MILLIS);
            assertThat(millisOfARefusal()).isLessThan(PATIENCE_MILLIS);
        }
        try (Connection free = pool.getConnection()) {
            assertThat(free.isValid(1)).as("given at once, as it is free").isTrue();
        }
    }

    private long millisOfARefusal() {
        long start = System.nanoTime();
        assertThatThrownBy(pool::getConnection).isInstanceOf(SQLTransientConnectionException.class);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
