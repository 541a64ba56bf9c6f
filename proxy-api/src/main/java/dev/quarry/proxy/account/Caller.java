package dev.quarry.proxy.account;

import dev.quarry.proxy.tenant.StoreAccess;
import dev.quarry.proxy.tenant.TenantId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who calls the public API.
 *
 * @param who as the audit log names them
 * @param account null for a service, or a person of another issuer
 */
public record Caller(
        TenantId tenant,
        String who,
        Role role,
        StoreAccess stores,
        @Nullable UUID account) {}
