package dev.quarry.proxy.store;

import java.nio.charset.StandardCharsets;

/** Keys as stores have them whose keys are text, the prefix of all included. */
public final class TextKey {
    private TextKey() {}

    public static String of(KeyBytes prefix, KeyBytes key) throws GoneFromStoreException {
        return text(prefix) + text(key);
    }

    /** The name in the folder whose keys begin with the prefix. @throws StoreAwayException if the key is none of them */
    static KeyBytes below(String prefix, String key, String shown) throws StoreAwayException {
        if (!key.startsWith(prefix)) {
            throw new StoreAwayException(
                    shown + ": the listing holds '" + KeyBytes.utf8(key) + "', which lies elsewhere");
        }
        return KeyBytes.utf8(key.substring(prefix.length()));
    }

    private static String text(KeyBytes key) throws GoneFromStoreException {
        String text = new String(key.bytes(), StandardCharsets.UTF_8);
        if (!KeyBytes.utf8(text).equals(key)) {
            throw new GoneFromStoreException("'" + key + "' is not UTF-8, as all keys of such a store are");
        }
        return text;
    }
}
