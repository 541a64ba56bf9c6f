package dev.quarry.proxy.tenant;

import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Which of a tenant's stores a transaction sees; row-level security holds it against each row of a store. Those of the control and job API, and of no request,
 * see all.
 */
public record StoreAccess(boolean all, Set<UUID> stores) {
    public static final StoreAccess ALL = new StoreAccess(true, Set.of());

    public StoreAccess {
        stores = Set.copyOf(stores);
    }

    public static StoreAccess only(Set<UUID> stores) {
        return new StoreAccess(false, stores);
    }

    /** An authentication that may see some stores only. */
    public interface Bearer {
        StoreAccess stores();
    }

    static StoreAccess ofThisRequest() {
        return SecurityContextHolder.getContext().getAuthentication() instanceof Bearer bearer ? bearer.stores() : ALL;
    }

    /** As {@code quarry.stores()} in the database reads it. */
    String setting() {
        return all ? "*" : stores.stream().map(UUID::toString).sorted().collect(Collectors.joining(",", "{", "}"));
    }
}
