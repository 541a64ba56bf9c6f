package dev.quarry.proxy.store;

import org.jspecify.annotations.Nullable;

/**
 * Where a store of kind s3 lies and how it is spoken to.
 *
 * @param endpoint without path; null is the region's own
 * @param accessKeyId null: this process' own identity, or the role
 * @param role instead of a key
 * @param secretSealed see {@link RemoteSettings#secretSealed}
 */
public record S3Settings(
        String bucket,
        String region,
        @Nullable String endpoint,
        boolean pathStyle,
        @Nullable String accessKeyId,
        @Nullable AssumedRole role,
        @Nullable String secretSealed)
        implements RemoteSettings {

    @Override
    public String keyName() {
        return String.valueOf(accessKeyId);
    }

    /** The same with a role instead of a key. */
    S3Settings withRole(AssumedRole assumed) {
        return new S3Settings(bucket, region, endpoint, pathStyle, null, assumed, null);
    }

    /** The same with another key. */
    S3Settings withKey(String id, byte[] sealed) {
        return new S3Settings(bucket, region, endpoint, pathStyle, id, null, RemoteSettings.text(sealed));
    }

    @Override
    public S3Settings withSealed(byte[] sealed) {
        return new S3Settings(bucket, region, endpoint, pathStyle, accessKeyId, role, RemoteSettings.text(sealed));
    }

    @Override
    public S3Settings withoutSecret() {
        return new S3Settings(bucket, region, endpoint, pathStyle, accessKeyId, role, null);
    }
}
