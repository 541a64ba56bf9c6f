package dev.quarry.proxy.store;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a store of kind s3 lies and how it is spoken to.
 *
 * @param endpoint without path; null is the region's own
 * @param accessKeyId null: this process' own identity
 * @param secretSealed base64, opened by {@link SecretSeal} alone
 */
public record S3Settings(
        String bucket,
        String region,
        @Nullable String endpoint,
        boolean pathStyle,
        @Nullable String accessKeyId,
        @Nullable String secretSealed) {

    static String sealed(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The same with another key. */
    S3Settings withKey(String id, byte[] sealed) {
        return new S3Settings(bucket, region, endpoint, pathStyle, id, sealed(sealed));
    }

    /** The same without what only a process with the master key can compare. */
    S3Settings withoutSecret() {
        return new S3Settings(bucket, region, endpoint, pathStyle, accessKeyId, null);
    }
}
