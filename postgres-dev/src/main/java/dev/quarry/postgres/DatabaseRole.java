package dev.quarry.postgres;

/** The roles that can log in. {@code quarry_search} exists as well, but only owns functions. */
public enum DatabaseRole {
    /** Bootstrap superuser: makes roles and databases, nothing else. */
    SUPERUSER("quarry_super"),
    /** Owns the schema and runs the migrations. */
    OWNER("quarry_owner"),
    /** What proxy-api works as: no owner, no bypass of row policies, inherits nothing. */
    APPLICATION("quarry_app");

    private final String login;

    DatabaseRole(String login) {
        this.login = login;
    }

    public String login() {
        return login;
    }
}
