package dev.quarry.proxy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** What the pool takes its connections from: it remembers them, so that all of them can be cut, those in use too. */
final class PhysicalConnections extends DelegatingDataSource {
    private static final Logger LOG = LoggerFactory.getLogger(PhysicalConnections.class);

    private final Set<Connection> open = Collections.newSetFromMap(new WeakHashMap<>());

    PhysicalConnections(DataSource source) {
        super(source);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        synchronized (open) {
            open.add(connection);
        }
        return connection;
    }

    /** Who waits for an answer on one of them gets an error now. */
    void cut() {
        List<Connection> all;
        synchronized (open) {
            all = new ArrayList<>(open);
            open.clear();
        }
        all.forEach(PhysicalConnections::cut);
    }

    /** On a thread of its own: to close a socket under TLS can wait for who is writing to it. */
    private static void cut(Connection connection) {
        try {
            connection.abort(closing -> {
                Thread thread = new Thread(closing, "quarry-cut");
                thread.setDaemon(true);
                thread.start();
            });
        } catch (SQLException failed) {
            LOG.warn("a connection to the database cannot be cut", failed);
        }
    }
}
