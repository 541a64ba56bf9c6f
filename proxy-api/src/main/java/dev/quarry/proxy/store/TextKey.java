package dev.quarry.proxy.store;

import java.nio.charset.StandardCharsets;

/** Keys as stores have them whose keys are text, the prefix of all included. */
public final class TextKey {
    private TextKey() {}

    public static String of(KeyBytes prefix, KeyBytes key) throws GoneFromStoreException {
        return text(prefix) + text(key);
    }

    private static String text(KeyBytes key) throws GoneFromStoreException {
        String text = new String(key.bytes(), StandardCharsets.UTF_8);
        if (!KeyBytes.utf8(text).equals(key)) {
            throw new GoneFromStoreException("'" + key + "' is not UTF-8, as all keys of such a store are");
        }
        return text;
    }
}
