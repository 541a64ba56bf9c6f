package dev.quarry.proxy.store;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
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

    StoreController(TenantTransactions transactions, StoreRepository stores, AllowedRoots roots) {
        this.transactions = transactions;
        this.stores = stores;
        this.roots = roots;
    }

    @GetMapping
    StoreList list(TenantId tenant) {
        return new StoreList(transactions.in(
                tenant,
                () -> stores.all(tenant).stream()
                        .map(store -> StoreView.of(store, null))
                        .toList()));
    }

    @GetMapping("/{store}")
    StoreView read(TenantId tenant, @PathVariable String store) {
        return transactions.in(tenant, () -> view(tenant, stores.get(tenant, named(store))));
    }

    @PostMapping
    ResponseEntity<StoreView> create(TenantId tenant, @RequestBody NewStore body) {
        Store wanted = checked(body);
        return transactions.in(tenant, () -> {
            boolean created = stores.insert(tenant, wanted);
            Store stored = stores.get(tenant, wanted.name());
            if (!created && !sameSettings(stored, wanted)) {
                throw Problem.conflict(
                        "store_exists",
                        "store '" + wanted.name() + "' is registered with other settings; choose another name");
            }
            return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.OK)
                    .body(view(tenant, stored));
        });
    }

    /** @throws Problem 404 unknown_store, as no store can have such a name */
    static String named(String store) {
        if (!store.matches(NAME)) {
            throw Problem.notFound("store", KeyBytes.utf8(store));
        }
        return store;
    }

    private Store checked(NewStore body) {
        if (body.name() == null || !body.name().matches(NAME)) {
            throw Problem.invalid("invalid_name", "name must match ^" + NAME + "$, got " + shown(body.name()));
        }
        if (!StoreKind.FILESYSTEM.label().equals(body.kind())) {
            throw Problem.invalid("invalid_kind", "kind must be 'filesystem', got " + shown(body.kind()));
        }
        if (body.root() == null) {
            throw Problem.invalid("invalid_root", "a filesystem store needs root, an absolute path");
        }
        String site = body.site() == null ? "default" : body.site();
        if (!site.matches(NAME)) {
            throw Problem.invalid("invalid_site", "site must match ^" + NAME + "$, got " + shown(site));
        }
        boolean hidden = body.includeHidden() != null && body.includeHidden();
        return new Store(
                UUID.randomUUID(),
                body.name(),
                StoreKind.FILESYSTEM,
                roots.resolve(body.root()),
                hidden,
                site,
                Instant.EPOCH);
    }

    private static String shown(@Nullable String given) {
        return given == null ? "nothing" : "'" + KeyBytes.utf8(given) + "'";
    }

    private static boolean sameSettings(Store stored, Store wanted) {
        return stored.kind() == wanted.kind()
                && stored.root().equals(wanted.root())
                && stored.includeHidden() == wanted.includeHidden()
                && stored.site().equals(wanted.site());
    }

    private StoreView view(TenantId tenant, Store store) {
        return StoreView.of(store, stores.files(tenant, store.id()));
    }

    record NewStore(
            @Nullable String name,
            @Nullable String kind,
            @Nullable String root,
            @Nullable Boolean includeHidden,
            @Nullable String site) {}

    record StoreList(List<StoreView> stores) {}

    /** @param files in the ledger now; only when one store is read */
    record StoreView(
            String name,
            String kind,
            String root,
            boolean includeHidden,
            String site,

            @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
            @Nullable
            Long files,

            Instant createdAt) {
        static StoreView of(Store store, @Nullable Long files) {
            return new StoreView(
                    store.name(),
                    store.kind().label(),
                    store.root().toString(),
                    store.includeHidden(),
                    store.site(),
                    files,
                    store.createdAt());
        }
    }
}
