package dev.quarry.proxy.filter;

import dev.quarry.proxy.store.KeyBytes;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Names of what operating systems and office programs leave behind beside people's files. */
final class JunkNames {
    private static final Set<String> FILES = Set.of(
            ".ds_store",
            ".localized",
            "thumbs.db",
            "thumbs.db:encryptable",
            "ehthumbs.db",
            "ehthumbs_vista.db",
            "desktop.ini");

    private static final Set<String> FOLDERS = Set.of(
            "$recycle.bin",
            "system volume information",
            "@eadir",
            "__macosx",
            ".trashes",
            ".spotlight-v100",
            ".fseventsd",
            ".temporaryitems");

    private static final int LONGEST = 300;

    private JunkNames() {}

    static boolean isFile(KeyBytes name) {
        byte[] bytes = name.bytes();
        if (bytes.length < 3 || bytes.length > LONGEST) {
            return false;
        }
        boolean lock = starts(bytes, "~$") || (starts(bytes, ".~lock.") && bytes[bytes.length - 1] == '#');
        return lock || starts(bytes, "._") || FILES.contains(lower(bytes));
    }

    static boolean isFolder(KeyBytes name) {
        return name.bytes().length <= LONGEST && FOLDERS.contains(lower(name.bytes()));
    }

    private static boolean starts(byte[] bytes, String with) {
        for (int i = 0; i < with.length(); i++) {
            if (i >= bytes.length || bytes[i] != with.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String lower(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }
}
