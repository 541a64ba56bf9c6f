package dev.quarry.proxy;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Gives no connection while the database is away, so that nobody waits for one; nor, where none is free, just after somebody waited in vain: a call that
 * was refused one and is then to be audited would wait twice.
 */
final class PulsedPool extends DelegatingDataSource implements AutoCloseable {
    private static final long IN_VAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HikariDataSource pool;
    private final DatabasePulse pulse;
    private volatile long inVain = System.nanoTime() - IN_VAIN_NANOS;

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
        if (System.nanoTime() - inVain < IN_VAIN_NANOS && noneIsFree()) {
            throw new SQLTransientConnectionException("no connection to the database is free");
        }
        try {
            return super.getConnection();
        } catch (SQLTransientConnectionException waited) {
            inVain = System.nanoTime();
            throw waited;
        }
    }

    private boolean noneIsFree() {
        return pool.getHikariPoolMXBean().getIdleConnections() == 0;
    }

    @Override
    public void close() {
        pulse.close();
        pool.close();
    }
}
