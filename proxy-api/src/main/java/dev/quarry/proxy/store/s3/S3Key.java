package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.KeyBytes;
import java.nio.charset.StandardCharsets;

/** Keys as S3 has them: text, the store's prefix included. */
final class S3Key {
    private S3Key() {}

    static String of(KeyBytes prefix, KeyBytes key) throws GoneFromStoreException {
        return text(prefix) + text(key);
    }

    private static String text(KeyBytes key) throws GoneFromStoreException {
        String text = new String(key.bytes(), StandardCharsets.UTF_8);
        if (!KeyBytes.utf8(text).equals(key)) {
            throw new GoneFromStoreException("'" + key + "' is not UTF-8, as all keys of a bucket are");
        }
        return text;
    }
}
