package dev.quarry.proxy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Gives no connection while the database is away, so that nobody waits for one. */
final class PulsedPool extends DelegatingDataSource implements AutoCloseable {
    private final HikariDataSource pool;
    private final DatabasePulse pulse;

    PulsedPool(HikariDataSource pool, DatabasePulse pulse) {
        super(pool);
        this.pool = pool;
        this.pulse = pulse;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (pulse.isAway()) {
            throw new SQLTransientConnectionException("the database is away");
        }
        return super.getConnection();
    }

    @Override
    public void close() {
        pulse.close();
        pool.close();
    }
}
