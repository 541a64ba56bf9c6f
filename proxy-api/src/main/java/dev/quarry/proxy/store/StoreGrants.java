package dev.quarry.proxy.store;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.grant.GrantKind;
import dev.quarry.proxy.grant.Granted;
import dev.quarry.proxy.grant.Grants;
import dev.quarry.proxy.tenant.TenantId;
import java.net.URI;
import java.util.List;
import org.springframework.stereotype.Component;

/** Holds a store against what its tenant was granted, whenever it is used: what an operator takes back ends, whatever was registered before. */
@Component
class StoreGrants {
    private final AllowedRoots roots;
    private final StoreEndpoints endpoints;
    private final Grants grants;
    private final QuarrySettings settings;

    StoreGrants(AllowedRoots roots, StoreEndpoints endpoints, Grants grants, QuarrySettings settings) {
        this.roots = roots;
        this.endpoints = endpoints;
        this.grants = grants;
        this.settings = settings;
    }

    /** @throws NotReadableException if it lives by something that its tenant is not granted (any more) */
    void check(Store store) throws NotReadableException {
        switch (store.kind()) {
            case FILESYSTEM -> checkRoot(store);
            case S3, AZURE -> {
                checkEndpoint(store);
                checkIdentity(store);
            }
        }
    }

    private void checkRoot(Store store) throws NotReadableException {
        if (!roots.covers(store.tenant(), store.root())) {
            throw new NotReadableException("store '" + store.name() + "': its root '" + store.root()
                    + "' lies below none that an operator grants to its tenant");
        }
    }

    /** Clients look at addresses when they connect; connections that are open already would go on without this. */
    private void checkEndpoint(Store store) throws NotReadableException {
        String endpoint = store.remote() == null ? null : store.remote().endpoint();
        if (endpoint != null && endpoints.isRefused(store.tenant(), URI.create(endpoint))) {
            throw new NotReadableException("store '" + store.name() + "': its endpoint '" + endpoint
                    + "' is without TLS or at an address of our own, and no operator grants it to its tenant");
        }
    }

    private void checkIdentity(Store store) throws NotReadableException {
        AssumedRole role = store.s3() == null ? null : store.s3().role();
        if (role != null) {
            checkRole(store, role);
            return;
        }
        boolean ambient = store.remote() == null || store.remote().secretSealed() == null;
        if (ambient && !mayUseOwnIdentity(store.tenant(), store.kind())) {
            throw new NotReadableException("store '" + store.name()
                    + "': it uses the service's own identity, which an operator does not grant to its tenant");
        }
    }

    private void checkRole(Store store, AssumedRole role) throws NotReadableException {
        if (!mayAssume(store.tenant(), role.arn())) {
            throw new NotReadableException("store '" + store.name() + "': its role '" + role.arn()
                    + "' is not one that an operator lets its tenant use");
        }
    }

    /** Whether this process may assume that role for the tenant. Its own identity without a role is another grant, and says nothing here. */
    boolean mayAssume(TenantId tenant, String arn) {
        Granted granted = grants.of(tenant);
        return granted.has(GrantKind.ASSUME_ROLE, arn)
                || granted.has(GrantKind.ASSUME_ROLE, AssumedRole.everyRoleBeside(arn));
    }

    /** Whether stores of that kind may use this process' own identity. */
    boolean mayUseOwnIdentity(TenantId tenant, StoreKind kind) {
        Granted granted = grants.of(tenant);
        return granted.has(GrantKind.AMBIENT_IDENTITY, kind.label())
                || byName(kind).contains(granted.tenant());
    }

    private List<String> byName(StoreKind kind) {
        return switch (kind) {
            case S3 -> settings.s3().ambientTenants();
            case AZURE -> settings.azure().ambientTenants();
            case FILESYSTEM -> List.of();
        };
    }
}
