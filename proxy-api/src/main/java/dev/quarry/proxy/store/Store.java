package dev.quarry.proxy.store;

import java.time.Instant;
import java.util.UUID;

/**
 * A registered store.
 *
 * @param root filesystem: the absolute path with all links resolved
 */
public record Store(
        UUID id, String name, StoreKind kind, KeyBytes root, boolean includeHidden, String site, Instant createdAt) {}
