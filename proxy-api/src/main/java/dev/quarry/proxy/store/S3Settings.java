package dev.quarry.proxy.store;

import java.util.Optional;
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
    private static final String DIRECTORY = "--x-s3";

    /** Whether its bucket is one of S3 Express One Zone, which has sessions and no order: their names alone end like that. */
    public boolean isDirectoryBucket() {
        return bucket.endsWith(DIRECTORY);
    }

    /** What a directory bucket's name tells: {@code base--zone--x-s3}. Empty if it tells none, as no such bucket's name does. */
    public Optional<String> zone() {
        String named = isDirectoryBucket() ? bucket.substring(0, bucket.length() - DIRECTORY.length()) : "";
        int before = named.lastIndexOf("--");
        return before <= 0 || before + 2 == named.length()
                ? Optional.empty()
                : Optional.of(named.substring(before + 2));
    }

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
