package dev.quarry.proxy.store;

import dev.quarry.proxy.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A registered store.
 *
 * @param root filesystem: the absolute path with all links resolved; else what the keys of its files begin with, empty or ending with a slash
 * @param remote for all kinds but filesystem
 * @param filesystem for that kind only
 * @param concurrency listings of it, and downloads from it, at once; null: as many as the deployment lets any store have
 */
public record Store(
        TenantId tenant,
        UUID id,
        String name,
        StoreKind kind,
        KeyBytes root,
        @Nullable RemoteSettings remote,
        @Nullable FilesystemSettings filesystem,
        boolean includeHidden,
        @Nullable Integer concurrency,
        String site,
        Instant createdAt) {

    /** The deployment's limit, or the store's own where that is lower. */
    public int atMost(int limit) {
        return concurrency == null ? limit : Math.min(concurrency, limit);
    }

    /** For that kind only. */
    public @Nullable S3Settings s3() {
        return remote instanceof S3Settings s3 ? s3 : null;
    }

    /** For that kind only. */
    public @Nullable AzureSettings azure() {
        return remote instanceof AzureSettings azure ? azure : null;
    }
}
