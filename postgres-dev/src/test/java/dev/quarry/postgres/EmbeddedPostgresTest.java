package dev.quarry.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
    @TempDir
    static Path folder;

    static Path home;
    static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws Exception {
        home = Files.createDirectory(
                folder.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        postgres = EmbeddedPostgres.start(home);
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
        assertThat(new ServerProcesses(home.resolve("data")).live()).isEmpty();
    }

    static String one(String database, DatabaseRole role, String query) throws SQLException {
        try (Connection connection = postgres.connect(database, role);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void itIsDurableAndChecksItsPages() throws Exception {
        assertThat(one("postgres", DatabaseRole.SUPERUSER, "SELECT version()")).startsWith("PostgreSQL 17.");
        assertThat(one("postgres", DatabaseRole.SUPERUSER, "SHOW fsync")).isEqualTo("on");
        assertThat(one("postgres", DatabaseRole.SUPERUSER, "SHOW data_checksums"))
                .isEqualTo("on");
    }

    @Test
    void itListensOnOneAddressWithPasswordsOnly() throws Exception {
        assertThat(one("postgres", DatabaseRole.SUPERUSER, "SHOW listen_addresses"))
                .isEqualTo("127.0.0.1");
        assertThat(one("postgres", DatabaseRole.SUPERUSER, "SHOW unix_socket_directories"))
                .isEmpty();
        assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), "quarry_app", "wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void noServerProcessIsRootOrCarriesOurEnvironment() throws Exception {
        int seen = 0;
        for (ProcessHandle process : new ServerProcesses(home.resolve("data")).live()) {
            Path proc = Path.of("/proc", Long.toString(process.pid()));
            try {
                List<String> status = Files.readAllLines(proc.resolve("status"));
                String environment = Files.readString(proc.resolve("environ"));
                assertThat(status)
                        .filteredOn(line -> line.startsWith("Uid:"))
                        .noneMatch(line -> line.matches(".*\\b0\\b.*"));
                assertThat(environment).doesNotContain("HOME=");
                seen++;
            } catch (IOException ended) {
                // That of a connection which another test has just closed.
            }
        }
        assertThat(seen).isPositive();
    }

    @Test
    void passwordsLieInPrivateFiles() throws Exception {
        for (DatabaseRole role : DatabaseRole.values()) {
            Path file = postgres.passwordFile(role);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(postgres.password(role)).hasSizeGreaterThan(20);
        }
    }

    @Test
    void theApplicationIsNeitherOwnerNorSuperuserAndInheritsNothing() throws Exception {
        assertThat(one(
                        "postgres",
                        DatabaseRole.SUPERUSER,
                        "SELECT rolsuper OR rolbypassrls OR rolinherit OR rolcreatedb OR rolcreaterole"
                                + " FROM pg_roles WHERE rolname = 'quarry_app'"))
                .isEqualTo("f");
        assertThatThrownBy(() -> one("quarry", DatabaseRole.APPLICATION, "SET ROLE quarry_search"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> one("postgres", DatabaseRole.APPLICATION, "SELECT 1"))
                .hasMessageContaining("permission denied for database");
    }

    @Test
    void theOwnerMayActAsTheSearchRoleButDoesNotInheritItsBypass() throws Exception {
        assertThat(one("quarry", DatabaseRole.OWNER, "SELECT pg_has_role('quarry_search', 'SET')"))
                .isEqualTo("t");
        assertThat(one("quarry", DatabaseRole.OWNER, "SELECT pg_has_role('quarry_search', 'USAGE')"))
                .isEqualTo("f");
    }

    @Test
    void aFurtherDatabaseHasTheSameOwnerAndIsMadeOnce() throws Exception {
        postgres.createDatabase("another");
        postgres.createDatabase("another");
        assertThat(one(
                        "another",
                        DatabaseRole.OWNER,
                        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'another'"))
                .isEqualTo("quarry_owner");
        assertThatThrownBy(() -> postgres.createDatabase("x; DROP DATABASE quarry"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSecondUserOfTheHomeIsRefused() {
        assertThatThrownBy(() -> EmbeddedPostgres.start(home))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use");
    }
}
