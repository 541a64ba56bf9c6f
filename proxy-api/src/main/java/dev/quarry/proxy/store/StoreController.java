package dev.quarry.proxy.store;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.account.RoleNeeded;
import dev.quarry.proxy.filter.FilterRepository;
import dev.quarry.proxy.filter.Filters;
import dev.quarry.proxy.filter.NewFilters;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.List;
import java.util.Objects;
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
    static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";

    private final TenantTransactions transactions;
    private final StoreRepository stores;
    private final StoreRegistration registration;
    private final RemoteRegistration remotes;
    private final Stores variants;
    private final FilterRepository filters;
    private final DeletionLimitsRepository deletions;
    private final ConcurrencyLimits concurrency;

    StoreController(
            TenantTransactions transactions,
            StoreRepository stores,
            StoreRegistration registration,
            RemoteRegistration remotes,
            Stores variants,
            FilterRepository filters,
            DeletionLimitsRepository deletions,
            ConcurrencyLimits concurrency) {
        this.transactions = transactions;
        this.stores = stores;
        this.registration = registration;
        this.remotes = remotes;
        this.variants = variants;
        this.filters = filters;
        this.deletions = deletions;
        this.concurrency = concurrency;
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
        Store wanted = registration.checked(tenant, body);
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
                    concurrency.checked(stored.kind(), body.concurrency()),
                    StoreRegistration.filesystem(stored.kind(), body.filesystem()));
            filters.put(tenant, stored.id(), wanted);
            deletions.put(tenant, stored.id(), limits);
            return view(tenant, stores.get(tenant, stored.id()));
        });
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

    private static boolean sameSettings(Store stored, Store wanted) {
        return stored.kind() == wanted.kind()
                && stored.root().equals(wanted.root())
                && Objects.equals(stored.filesystem(), wanted.filesystem())
                && stored.includeHidden() == wanted.includeHidden()
                && Objects.equals(stored.concurrency(), wanted.concurrency())
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
}
