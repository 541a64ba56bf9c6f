package dev.quarry.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * A PostgreSQL 17 server on 127.0.0.1 whose whole state lies in one folder, with the database {@code quarry}, its roles and their
 * passwords (files of mode 0600 in that folder).
 *
 * <p>It is durable (fsync, data checksums): kill -9 of it, of this JVM or of both loses nothing that was committed. It shuts down by
 * itself when this JVM ends, however it ends. One JVM at a time uses a home; a second one is refused.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    /** The database that {@link #jdbcUrl()} names. */
    public static final String DATABASE = "quarry";

    private final Path home;
    private final PostgresServer server;
    private final FileChannel lock;

    private EmbeddedPostgres(Path home, PostgresServer server, FileChannel lock) {
        this.home = home;
        this.server = server;
        this.lock = lock;
    }

    /** Starts on a free port. The first start in a home takes about 3 s, later ones 0.4 s. */
    public static EmbeddedPostgres start(Path home) throws IOException, InterruptedException, SQLException {
        return start(home, FreePort.find());
    }

    /**
     * Starts on the given port, having stopped a server of the same home that outlived its JVM.
     *
     * @throws IOException with the server's own words if it does not start, or if another process uses the home
     */
    public static EmbeddedPostgres start(Path home, int port) throws IOException, InterruptedException, SQLException {
        Files.createDirectories(home);
        Path real = home.toRealPath();
        FileChannel lock = lock(real);
        try {
            for (DatabaseRole role : DatabaseRole.values()) {
                PasswordFile.create(passwordFile(real, role));
            }
            PostgresServer server = new PostgresServer(real, port);
            server.initialize(passwordFile(real, DatabaseRole.SUPERUSER));
            EmbeddedPostgres postgres = new EmbeddedPostgres(real, server, lock);
            postgres.restart();
            return postgres;
        } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static FileChannel lock(Path home) throws IOException {
        FileChannel channel =
                FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return channel;
            }
        } catch (OverlappingFileLockException heldByThisJvm) {
            // refused below
        }
        channel.close();
        throw new IOException("the database folder " + home + " is in use by another process");
    }

    /** Starts the server again, on the same port, after {@link #kill()}. */
    public void restart() throws IOException, InterruptedException, SQLException {
        server.start(() -> connect("postgres", DatabaseRole.SUPERUSER).close());
        try (Connection superuser = connect("postgres", DatabaseRole.SUPERUSER)) {
            DatabaseSetup setup = new DatabaseSetup(superuser);
            setup.roles(password(DatabaseRole.OWNER), password(DatabaseRole.APPLICATION));
            setup.database(DATABASE);
        } catch (IOException | SQLException | RuntimeException e) {
            server.stop();
            throw e;
        }
    }

    /** One more database with the same owner and grants as {@code quarry}; nothing happens if it exists. */
    public void createDatabase(String name) throws IOException, SQLException {
        if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("not a database name: " + name);
        }
        try (Connection superuser = connect("postgres", DatabaseRole.SUPERUSER)) {
            new DatabaseSetup(superuser).database(name);
        }
    }

    public int port() {
        return server.port();
    }

    /** Of the postmaster, the parent of all server processes. */
    public long pid() {
        return server.pid();
    }

    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    public String password(DatabaseRole role) throws IOException {
        return PasswordFile.read(passwordFile(role));
    }

    public Path passwordFile(DatabaseRole role) {
        return passwordFile(home, role);
    }

    private static Path passwordFile(Path home, DatabaseRole role) {
        return home.resolve(role.login() + ".password");
    }

    public Connection connect(String database, DatabaseRole role) throws SQLException {
        try {
            return DriverManager.getConnection(jdbcUrl(database), role.login(), password(role));
        } catch (IOException e) {
            throw new SQLException("cannot read the password file " + passwordFile(role), e);
        }
    }

    /** {@code kill -9} of the server with all its processes, for tests. */
    public void kill() throws IOException, InterruptedException {
        server.kill();
    }

    /** Stops all its processes where they are, for tests: connections stay and nothing answers, until {@link #thaw()}. */
    public void freeze() throws IOException, InterruptedException {
        server.freeze();
    }

    /** Lets it go on after {@link #freeze()}. */
    public void thaw() throws IOException, InterruptedException {
        server.thaw();
    }

    /** Ends clients' connections and shuts down cleanly. */
    @Override
    public void close() throws IOException, InterruptedException {
        server.stop();
        lock.close();
    }
}
