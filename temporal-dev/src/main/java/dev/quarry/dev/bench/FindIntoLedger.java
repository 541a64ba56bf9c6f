package dev.quarry.dev.bench;

import dev.quarry.dev.stack.DevStack;
import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.postgresql.PGConnection;

/** The fastest way that we know of to bring a listing into the ledger's own table, with its keys and indexes: find, COPY, and one insert. */
final class FindIntoLedger implements AutoCloseable {
    private static final String INSERT = """
            insert into quarry.file (tenant, id, store, folder, name, key, key_sha256, display, path, size, modified, version, lane, outcome, generation, identity)
            select ?, gen_random_uuid(), ?, md5(left(path, -length(name)))::uuid, convert_to(name, 'UTF8'), convert_to(path, 'UTF8'), sha256(convert_to(path, 'UTF8')),
              name, path, size, to_timestamp(modified), size || '-' || modified || '-' || inode, 'noop', 'PENDING', 1, size || '-' || modified || '-' || inode
            from listed""";

    private final Connection connection;
    private final UUID tenant = UUID.randomUUID();
    private final UUID store = UUID.randomUUID();

    private FindIntoLedger(Connection connection) {
        this.connection = connection;
    }

    static FindIntoLedger open(DevStack stack) throws SQLException, IOException {
        EmbeddedPostgres postgres =
                stack.postgres().orElseThrow(() -> new IllegalStateException("needs the stack's own PostgreSQL"));
        return new FindIntoLedger(postgres.connect(EmbeddedPostgres.DATABASE, DatabaseRole.SUPERUSER));
    }

    double seconds(Path root) throws IOException, InterruptedException, SQLException {
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "create temp table listed (path text, name text, size bigint, modified double precision, inode bigint)");
        }
        Process find = FindListing.start(root, ProcessBuilder.Redirect.PIPE);
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy listed from stdin", find.getInputStream());
        if (find.waitFor() != 0) {
            throw new IOException("find " + root + " ended with " + find.exitValue());
        }
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, tenant);
            insert.setObject(2, store);
            insert.executeUpdate();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    long rows() throws SQLException {
        try (PreparedStatement count =
                connection.prepareStatement("select count(*) from quarry.file where tenant = ? and store = ?")) {
            count.setObject(1, tenant);
            count.setObject(2, store);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** What follows on the same stack must not find another million rows in its table. */
    @Override
    public void close() throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from quarry.file where tenant = ?")) {
            delete.setObject(1, tenant);
            delete.executeUpdate();
        }
        try (Statement vacuum = connection.createStatement()) {
            vacuum.execute("vacuum quarry.file");
        }
        connection.close();
    }
}
