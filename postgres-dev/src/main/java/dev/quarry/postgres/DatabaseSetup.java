package dev.quarry.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Roles and databases, made by the superuser. Safe to repeat: whatever exists is left as it is, so a start that was killed half-way is
 * finished by the next.
 */
final class DatabaseSetup {
    private final Connection superuser;

    DatabaseSetup(Connection superuser) {
        this.superuser = superuser;
    }

    void roles(String ownerPassword, String applicationPassword) throws SQLException {
        role(DatabaseRole.OWNER.login(), "LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '" + ownerPassword + "'");
        role(
                DatabaseRole.APPLICATION.login(),
                "LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT PASSWORD '" + applicationPassword + "'");
        role("quarry_search", "NOLOGIN NOSUPERUSER BYPASSRLS");
        // so that migrations may hand functions over to it; the application is no member
        execute("GRANT quarry_search TO quarry_owner WITH INHERIT FALSE, SET TRUE");
        for (String closed : new String[] {"postgres", "template1"}) {
            execute("REVOKE CONNECT ON DATABASE " + closed + " FROM PUBLIC");
        }
    }

    void database(String name) throws SQLException {
        if (!exists("SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
            execute("CREATE DATABASE " + name + " OWNER quarry_owner");
        }
        execute("REVOKE CONNECT, TEMPORARY ON DATABASE " + name + " FROM PUBLIC");
        execute("GRANT CONNECT ON DATABASE " + name + " TO quarry_app");
    }

    private void role(String name, String options) throws SQLException {
        if (!exists("SELECT 1 FROM pg_roles WHERE rolname = '" + name + "'")) {
            execute("CREATE ROLE " + name + " " + options);
        }
    }

    private boolean exists(String query) throws SQLException {
        try (Statement statement = superuser.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = superuser.createStatement()) {
            statement.execute(sql);
        }
    }
}
