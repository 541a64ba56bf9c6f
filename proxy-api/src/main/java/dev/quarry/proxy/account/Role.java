package dev.quarry.proxy.account;

/** What a caller may do. Operators run the deployment and see no tenant's files; so they are apart from the three others, each of which holds the one before. */
public enum Role {
    VIEWER,
    EDITOR,
    TENANT_ADMIN,
    OPERATOR;

    boolean holds(Role needed) {
        return this == needed || (this != OPERATOR && needed != OPERATOR && compareTo(needed) > 0);
    }
}
