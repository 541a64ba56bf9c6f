package dev.quarry.proxy.store;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a store of kind s3 may be registered with. */
@Component
class S3Registration {
    private static final String BUCKET = "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]";
    private static final String REGION = "[a-z0-9-]{1,40}";
    private static final String KEY_ID = "[\\x21-\\x7e]{1,128}";

    private final StoreEndpoints endpoints;
    private final SecretSeal seal;
    private final StoreGrants grants;
    private final TenantLookup tenants;

    S3Registration(StoreEndpoints endpoints, SecretSeal seal, StoreGrants grants, TenantLookup tenants) {
        this.endpoints = endpoints;
        this.seal = seal;
        this.grants = grants;
        this.tenants = tenants;
    }

    /** @throws Problem 422 with a code per mistake */
    S3Settings checked(TenantId tenant, UUID store, NewStore.@Nullable S3 given) {
        if (given == null) {
            throw Problem.invalid("invalid_s3", "a store of kind s3 needs s3: its bucket and a key");
        }
        String bucket = Fields.matching("bucket", given.bucket(), BUCKET);
        S3Settings plain = new S3Settings(
                bucket,
                Fields.matching("region", given.region() == null ? "us-east-1" : given.region(), REGION),
                given.endpoint() == null ? null : endpoints.checked(tenant, given.endpoint()),
                Boolean.TRUE.equals(given.pathStyle()),
                null,
                null,
                null);
        if (plain.isDirectoryBucket() && (plain.zone().isEmpty() || bucket.contains("."))) {
            throw Problem.invalid(
                    "invalid_bucket",
                    "bucket '" + bucket
                            + "' ends as directory buckets do, whose names are base--zone--x-s3 without dots");
        }
        if (given.roleArn() != null) {
            return plain.withRole(role(tenant, given, given.roleArn()));
        }
        if (Boolean.TRUE.equals(given.ambient())) {
            refuseUngranted(tenant, given);
            return plain;
        }
        return withKey(store, plain, given.accessKeyId(), given.secretAccessKey());
    }

    /** @throws Problem 422 if either is no key */
    S3Settings withKey(UUID store, S3Settings s3, @Nullable String accessKeyId, @Nullable Secret secret) {
        String id = Fields.matching("accessKeyId", accessKeyId, KEY_ID);
        if (secret == null || secret.value().isBlank() || secret.value().length() > 1_024) {
            throw Problem.invalid("invalid_secret_access_key", "secretAccessKey must be the key's secret, got none");
        }
        return s3.withKey(id, seal.seal(store, id, secret));
    }

    private AssumedRole role(TenantId tenant, NewStore.S3 given, String roleArn) {
        if (given.accessKeyId() != null || given.secretAccessKey() != null || given.ambient() != null) {
            throw Problem.invalid("invalid_s3", "either roleArn or a key or ambient, not two of them");
        }
        String arn = Fields.matching("roleArn", roleArn, AssumedRole.ARN);
        if (!grants.mayAssume(tenant, arn)) {
            throw Problem.invalid(
                    "role_not_allowed", "no operator lets this tenant's stores use the role '" + arn + "'; give a key");
        }
        return new AssumedRole(arn, tenants.externalIdOf(tenant));
    }

    private void refuseUngranted(TenantId tenant, NewStore.S3 given) {
        if (given.accessKeyId() != null || given.secretAccessKey() != null) {
            throw Problem.invalid("invalid_s3", "either ambient or a key, not both");
        }
        if (!grants.mayUseOwnIdentity(tenant, StoreKind.S3)) {
            throw Problem.invalid(
                    "ambient_not_allowed", "no operator lets this tenant use the service's own identity; give a key");
        }
    }
}
