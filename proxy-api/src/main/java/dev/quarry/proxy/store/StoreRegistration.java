package dev.quarry.proxy.store;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What somebody wants to register, looked at before it becomes a store. */
@Component
class StoreRegistration {
    private final AllowedRoots roots;
    private final RemoteRegistration remotes;
    private final ConcurrencyLimits limits;

    StoreRegistration(AllowedRoots roots, RemoteRegistration remotes, ConcurrencyLimits limits) {
        this.roots = roots;
        this.remotes = remotes;
        this.limits = limits;
    }

    /** @throws Problem 422 naming what is wrong */
    Store checked(TenantId tenant, NewStore body) {
        if (body.name() == null || !body.name().matches(StoreController.NAME)) {
            throw Problem.invalid(
                    "invalid_name", "name must match ^" + StoreController.NAME + "$, got " + shown(body.name()));
        }
        StoreKind kind = StoreKind.find(String.valueOf(body.kind()))
                .orElseThrow(() -> Problem.invalid(
                        "invalid_kind", "kind must be 'filesystem', 's3' or 'azure', got " + shown(body.kind())));
        String site = body.site() == null ? "default" : body.site();
        if (!site.matches(StoreController.NAME)) {
            throw Problem.invalid("invalid_site", "site must match ^" + StoreController.NAME + "$, got " + shown(site));
        }
        boolean hidden = body.includeHidden() != null && body.includeHidden();
        UUID id = UUID.randomUUID();
        limits.checked(kind, body.concurrency());
        FilesystemSettings filesystem = filesystem(kind, body.filesystem());
        return switch (kind) {
            case FILESYSTEM ->
                new Store(
                        tenant,
                        id,
                        body.name(),
                        kind,
                        root(tenant, body),
                        null,
                        filesystem,
                        hidden,
                        body.concurrency(),
                        site,
                        Instant.EPOCH);
            case S3 -> remote(tenant, body, kind, id, remotes.s3(tenant, id, body), hidden, site);
            case AZURE -> remote(tenant, body, kind, id, remotes.azure(tenant, id, body), hidden, site);
        };
    }

    private static Store remote(
            TenantId tenant,
            NewStore body,
            StoreKind kind,
            UUID id,
            RemoteSettings remote,
            boolean hidden,
            String site) {
        return new Store(
                tenant,
                id,
                String.valueOf(body.name()),
                kind,
                RemoteRegistration.prefix(body),
                remote,
                null,
                hidden,
                body.concurrency(),
                site,
                Instant.EPOCH);
    }

    private KeyBytes root(TenantId tenant, NewStore body) {
        if (body.root() == null) {
            throw Problem.invalid("invalid_root", "a filesystem store needs root, an absolute path");
        }
        return roots.resolve(tenant, body.root());
    }

    private static String shown(@Nullable String given) {
        return given == null ? "nothing" : "'" + KeyBytes.utf8(given) + "'";
    }

    static @Nullable FilesystemSettings filesystem(StoreKind kind, NewStore.@Nullable Filesystem given) {
        if (kind != StoreKind.FILESYSTEM && given != null) {
            throw Problem.invalid("invalid_filesystem", "only a store of kind filesystem has filesystem settings");
        }
        if (kind != StoreKind.FILESYSTEM) {
            return null;
        }
        return given == null ? FilesystemSettings.STANDARD : given.settings();
    }
}
