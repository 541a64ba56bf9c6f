package dev.quarry.proxy.account;

import dev.quarry.proxy.tenant.StoreAccess;
import java.time.Instant;
import java.util.UUID;

/** A person's account in one tenant. */
record Account(
        UUID id, String name, Role role, StoreAccess stores, boolean disabled, int credential, Instant createdAt) {}
