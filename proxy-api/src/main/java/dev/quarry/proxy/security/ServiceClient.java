package dev.quarry.proxy.security;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.listener.Listener;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A program that comes for tokens by client credentials, and what they open. */
enum ServiceClient {
    WORKER("quarry-worker", Listener.CONTROL, null, Set.of("control")),
    /** Programs of the bootstrap tenant, if there are any: an administrator there, whose secret stays good. */
    LOCAL("quarry-local", Listener.PUBLIC, Role.TENANT_ADMIN, Set.of("read", "write")),
    /** Keys, tenants and the audit log of the deployment; no tenant's files. */
    OPERATOR("quarry-operator", Listener.PUBLIC, Role.OPERATOR, Set.of("read", "write"));

    private final String id;
    private final Listener opens;
    private final @Nullable Role role;
    private final Set<String> scopes;

    ServiceClient(String id, Listener opens, @Nullable Role role, Set<String> scopes) {
        this.id = id;
        this.opens = opens;
        this.role = role;
        this.scopes = scopes;
    }

    String id() {
        return id;
    }

    Listener opens() {
        return opens;
    }

    /** Null for a client of an API without roles. */
    @Nullable
    Role role() {
        return role;
    }

    Set<String> scopes() {
        return scopes;
    }
}
