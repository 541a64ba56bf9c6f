package dev.quarry.proxy.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A registered store.
 *
 * @param root filesystem: the absolute path with all links resolved; s3: what the keys of its files begin with, empty or ending with a slash
 * @param s3 for that kind only
 * @param filesystem for that kind only
 */
public record Store(
        UUID id,
        String name,
        StoreKind kind,
        KeyBytes root,
        @Nullable S3Settings s3,
        @Nullable FilesystemSettings filesystem,
        boolean includeHidden,
        String site,
        Instant createdAt) {}
