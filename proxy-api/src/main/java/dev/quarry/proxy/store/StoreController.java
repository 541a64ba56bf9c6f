package dev.quarry.proxy.store;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.account.RoleNeeded;
import dev.quarry.proxy.filter.FilterRepository;
import dev.quarry.proxy.filter.Filters;
import dev.quarry.proxy.filter.NewFilters;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/stores")
class StoreController {
    private static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";

    private final TenantTransactions transactions;
    private final StoreRepository stores;
    private final AllowedRoots roots;
    private final RemoteRegistration remotes;
    private final Stores variants;
    private final FilterRepository filters;
    private final DeletionLimitsRepository deletions;

    StoreController(
            TenantTransactions transactions,
            StoreRepository stores,
            AllowedRoots roots,
            RemoteRegistration remotes,
            Stores variants,
            FilterRepository filters,
            DeletionLimitsRepository deletions) {
        this.transactions = transactions;
        this.stores = stores;
        this.roots = roots;
        this.remotes = remotes;
        this.variants = variants;
        this.filters = filters;
        this.deletions = deletions;
    }

    @GetMapping
    @RoleNeeded(Role.VIEWER)
    StoreList list(TenantId tenant) {
        return new StoreList(transactions.in(
                tenant,
                () -> stores.all(tenant).stream()
                        .map(store -> StoreView.of(store, null, null, null))
                        .toList()));
    }

    @GetMapping("/{store}")
    @RoleNeeded(Role.VIEWER)
    StoreView read(TenantId tenant, @PathVariable String store) {
        return transactions.in(tenant, () -> view(tenant, stores.get(tenant, named(store))));
    }

    @PostMapping
    @RoleNeeded(Role.TENANT_ADMIN)
    ResponseEntity<StoreView> create(TenantId tenant, @RequestBody NewStore body) {
        Store wanted = checked(tenant, body);
        Filters wantedFilters = checked(body.filters());
        DeletionLimits wantedLimits = DeletionLimits.checked(body.deletion());
        return transactions.in(tenant, () -> {
            boolean created = stores.insert(tenant, wanted);
            Store stored = stores.get(tenant, wanted.name());
            if (created) {
                filters.put(tenant, stored.id(), wantedFilters);
                deletions.put(tenant, stored.id(), wantedLimits);
            }
            boolean sameRules = filters.get(tenant, stored.id()).equals(wantedFilters)
                    && deletions.get(tenant, stored.id()).equals(wantedLimits);
            if (!(sameRules && sameSettings(stored, wanted) && remotes.isSame(stored, wanted))) {
                throw Problem.conflict(
                        "store_exists",
                        "store '" + wanted.name() + "' is registered with other settings; choose another name");
            }
            return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.OK)
                    .body(view(tenant, stored));
        });
    }

    /** What of a store can be changed, whole: what is left out is as if it had been left out on registration. The next page that a run lists goes by it. */
    @PutMapping("/{store}/settings")
    @RoleNeeded(Role.TENANT_ADMIN)
    StoreView change(TenantId tenant, @PathVariable String store, @RequestBody NewStore.NewSettings body) {
        Filters wanted = checked(body.filters());
        DeletionLimits limits = DeletionLimits.checked(body.deletion());
        return transactions.in(tenant, () -> {
            Store stored = stores.get(tenant, named(store));
            stores.change(
                    tenant,
                    stored.id(),
                    Boolean.TRUE.equals(body.includeHidden()),
                    filesystem(stored.kind(), body.filesystem()));
            filters.put(tenant, stored.id(), wanted);
            deletions.put(tenant, stored.id(), limits);
            return view(tenant, stores.get(tenant, stored.id()));
        });
    }

    private static @Nullable FilesystemSettings filesystem(StoreKind kind, NewStore.@Nullable Filesystem given) {
        if (kind != StoreKind.FILESYSTEM && given != null) {
            throw Problem.invalid("invalid_filesystem", "only a store of kind filesystem has filesystem settings");
        }
        if (kind != StoreKind.FILESYSTEM) {
            return null;
        }
        return given == null ? FilesystemSettings.STANDARD : given.settings();
    }

    private static Filters checked(@Nullable NewFilters given) {
        return given == null ? Filters.standard() : given.checked();
    }

    /** Another key for the store, such as before the old one ends. What reads already goes on; the next calls use the new key. */
    @PutMapping("/{store}/key")
    @RoleNeeded(Role.TENANT_ADMIN)
    StoreView replaceKey(TenantId tenant, @PathVariable String store, @RequestBody NewStore.Key body) {
        return transactions.in(tenant, () -> {
            Store stored = stores.get(tenant, named(store));
            stores.replaceKey(tenant, stored.id(), remotes.withKey(stored, body));
            return view(tenant, stores.get(tenant, stored.id()));
        });
    }

    /** Tries the store, outside of any transaction. */
    @PostMapping("/{store}/check")
    @RoleNeeded(Role.EDITOR)
    Checked check(TenantId tenant, @PathVariable String store) {
        Store stored = transactions.in(tenant, () -> stores.get(tenant, named(store)));
        return new Checked(variants.check(stored));
    }

    record Checked(List<StoreCheck> checks) {}

    /** @throws Problem 404 unknown_store, as no store can have such a name */
    static String named(String store) {
        if (!store.matches(NAME)) {
            throw Problem.notFound("store", KeyBytes.utf8(store));
        }
        return store;
    }

    private Store checked(TenantId tenant, NewStore body) {
        if (body.name() == null || !body.name().matches(NAME)) {
            throw Problem.invalid("invalid_name", "name must match ^" + NAME + "$, got " + shown(body.name()));
        }
        StoreKind kind = StoreKind.find(String.valueOf(body.kind()))
                .orElseThrow(() -> Problem.invalid(
                        "invalid_kind", "kind must be 'filesystem', 's3' or 'azure', got " + shown(body.kind())));
        String site = body.site() == null ? "default" : body.site();
        if (!site.matches(NAME)) {
            throw Problem.invalid("invalid_site", "site must match ^" + NAME + "$, got " + shown(site));
        }
        boolean hidden = body.includeHidden() != null && body.includeHidden();
        UUID id = UUID.randomUUID();
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

    private static boolean sameSettings(Store stored, Store wanted) {
        return stored.kind() == wanted.kind()
                && stored.root().equals(wanted.root())
                && Objects.equals(stored.filesystem(), wanted.filesystem())
                && stored.includeHidden() == wanted.includeHidden()
                && stored.site().equals(wanted.site());
    }

    private StoreView view(TenantId tenant, Store store) {
        return StoreView.of(
                store,
                filters.get(tenant, store.id()),
                deletions.get(tenant, store.id()),
                stores.files(tenant, store.id()));
    }

    record StoreList(List<StoreView> stores) {}

    /** Never the secret. */
    record S3View(
            String bucket,
            String prefix,
            String region,
            @Nullable String endpoint,
            boolean pathStyle,
            @Nullable String accessKeyId) {
        static @Nullable S3View of(Store store) {
            S3Settings s3 = store.s3();
            return s3 == null
                    ? null
                    : new S3View(
                            s3.bucket(),
                            store.root().toString(),
                            s3.region(),
                            s3.endpoint(),
                            s3.pathStyle(),
                            s3.accessKeyId());
        }
    }

    /** Never the secret. @param credential what it is */
    record AzureView(
            String account,
            String container,
            String prefix,
            @Nullable String endpoint,
            String credential) {
        static @Nullable AzureView of(Store store) {
            AzureSettings azure = store.azure();
            return azure == null
                    ? null
                    : new AzureView(
                            azure.account(),
                            azure.container(),
                            store.root().toString(),
                            azure.endpoint(),
                            azure.credential().label());
        }
    }

    /**
     * @param filters only when one store is read
     * @param deletion likewise
     * @param files in the ledger now; only when one store is read
     */
    record StoreView(
            String name,
            String kind,
            String root,

            @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
            @Nullable
            S3View s3,

            @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
            @Nullable
            AzureView azure,

            @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
            @Nullable
            FilesystemSettings filesystem,

            boolean includeHidden,

            @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
            @Nullable
            Filters filters,

            @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
            @Nullable
            DeletionLimits deletion,

            String site,

            @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
            @Nullable
            Long files,

            Instant createdAt) {
        static StoreView of(
                Store store, @Nullable Filters filters, @Nullable DeletionLimits deletion, @Nullable Long files) {
            return new StoreView(
                    store.name(),
                    store.kind().label(),
                    store.root().toString(),
                    S3View.of(store),
                    AzureView.of(store),
                    store.filesystem(),
                    store.includeHidden(),
                    filters,
                    deletion,
                    store.site(),
                    files,
                    store.createdAt());
        }
    }
}
