package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.KeyBytes;

/** A version of a file in a bucket: its size and its ETag, which S3 promises to differ when the bytes do. */
record S3Version(long size, String etag) {
    static S3Version parse(String version, KeyBytes key) throws ChangedInStoreException {
        int dash = version.indexOf('-');
        try {
            return new S3Version(Long.parseLong(version.substring(0, Math.max(0, dash))), version.substring(dash + 1));
        } catch (NumberFormatException other) {
            throw new ChangedInStoreException("'" + key + "' was listed with a version that no bucket has", other);
        }
    }

    @Override
    public String toString() {
        return size + "-" + etag;
    }
}
