package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.KeyBytes;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A version of a file in a bucket: its size and its ETag, which S3 promises to differ when the bytes do. */
record S3Version(long size, String etag) {
    private static final Pattern MD5 = Pattern.compile("\"?[0-9a-f]{32}\"?");

    static S3Version parse(String version, KeyBytes key) throws ChangedInStoreException {
        int dash = version.indexOf('-');
        try {
            return new S3Version(Long.parseLong(version.substring(0, Math.max(0, dash))), version.substring(dash + 1));
        } catch (NumberFormatException other) {
            throw new ChangedInStoreException("'" + key + "' was listed with a version that no bucket has", other);
        }
    }

    /**
     * The ETag of an object put whole is its MD5, or under a KMS key something random that no other object has: it never says two are the same that
     * are not. With a dash it is made of parts, whose sizes it depends on.
     */
    @Nullable
    String identity() {
        return MD5.matcher(etag).matches() ? toString() : null;
    }

    @Override
    public String toString() {
        return size + "-" + etag;
    }
}
