package dev.quarry.proxy.store;

/** A version of a file in a bucket or container: its size and its ETag, which the store promises to differ when the bytes do. */
public record EtagVersion(long size, String etag) {
    /** @throws ChangedInStoreException if it is none */
    public static EtagVersion parse(String version, KeyBytes key) throws ChangedInStoreException {
        int dash = version.indexOf('-');
        try {
            return new EtagVersion(
                    Long.parseLong(version.substring(0, Math.max(0, dash))), version.substring(dash + 1));
        } catch (NumberFormatException other) {
            throw new ChangedInStoreException("'" + key + "' was listed with a version that no such store has", other);
        }
    }

    @Override
    public String toString() {
        return size + "-" + etag;
    }
}
