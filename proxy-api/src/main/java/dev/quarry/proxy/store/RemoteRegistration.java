package dev.quarry.proxy.store;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import java.util.Objects;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What stores over the network may be registered with, by kind. */
@Component
class RemoteRegistration {
    private final S3Registration s3;
    private final AzureRegistration azure;
    private final SecretSeal seal;

    RemoteRegistration(S3Registration s3, AzureRegistration azure, SecretSeal seal) {
        this.s3 = s3;
        this.azure = azure;
        this.seal = seal;
    }

    S3Settings s3(TenantId tenant, UUID store, NewStore body) {
        return s3.checked(tenant, store, body.s3());
    }

    AzureSettings azure(TenantId tenant, UUID store, NewStore body) {
        return azure.checked(tenant, store, body.azure());
    }

    /** What all keys of the store begin with. */
    static KeyBytes prefix(NewStore body) {
        NewStore.S3 s3 = body.s3();
        NewStore.Azure azure = body.azure();
        return Fields.prefix(s3 != null ? s3.prefix() : azure != null ? azure.prefix() : null);
    }

    /** The store's settings with another credential. @throws Problem 422 if it has none, or the credential is none of its kind */
    RemoteSettings withKey(Store store, NewStore.Key key) {
        if (store.remote() instanceof S3Settings settings) {
            return s3.withKey(store.id(), settings, key.accessKeyId(), key.secretAccessKey());
        }
        if (store.remote() instanceof AzureSettings settings) {
            return azure.withCredential(store.id(), settings, key.accountKey(), key.sasToken());
        }
        throw Problem.invalid(
                "no_key",
                "store '" + store.name() + "' has no key: it is of kind "
                        + store.kind().label());
    }

    /** Whether both mean the same, secrets included. */
    boolean isSame(Store stored, Store wanted) {
        RemoteSettings one = stored.remote();
        RemoteSettings other = wanted.remote();
        if (one == null || other == null) {
            return one == other;
        }
        return Objects.equals(one.withoutSecret(), other.withoutSecret())
                && one.opened(seal, stored.id()).equals(other.opened(seal, wanted.id()));
    }
}
