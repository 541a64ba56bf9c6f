package dev.quarry.activity.payload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys that payloads are sealed under, by id. A file has one a line, {@code id:key}: the key 32 bytes in base64; lines that begin with # are left out. The first
 * seals, all open.
 */
public final class PayloadKeys {
    private static final int BYTES = 32;

    private final Map<String, SecretKey> keys;
    private final String current;

    private PayloadKeys(Map<String, SecretKey> keys, String current) {
        this.keys = keys;
        this.current = current;
    }

    /** @throws IllegalArgumentException if a line is none of the form, an id comes twice, or there is no key */
    public static PayloadKeys read(Path file) throws IOException {
        Map<String, SecretKey> keys = new LinkedHashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                add(keys, line.strip(), file + ", line " + number);
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(
                    file + " holds no key; make one with: echo \"$(date +%Y%m%d):$(openssl rand -base64 32)\"");
        }
        return new PayloadKeys(keys, keys.keySet().iterator().next());
    }

    private static void add(Map<String, SecretKey> keys, String line, String place) {
        int colon = line.indexOf(':');
        String id = colon < 0 ? "" : line.substring(0, colon);
        if (!id.matches("[A-Za-z0-9._-]{1,40}")) {
            throw new IllegalArgumentException(place + ": it is not of the form id:key");
        }
        if (keys.putIfAbsent(id, new SecretKeySpec(bytes(line.substring(colon + 1), place), "AES")) != null) {
            throw new IllegalArgumentException(place + ": there is a key '" + id + "' already");
        }
    }

    private static byte[] bytes(String key, String place) {
        try {
            byte[] bytes = Base64.getDecoder().decode(key);
            if (bytes.length == BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException notBase64) {
            // refused below, without the key
        }
        throw new IllegalArgumentException(place + ": a key is 32 bytes in base64");
    }

    /** The id of the key that seals. */
    String current() {
        return current;
    }

    Optional<SecretKey> key(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    @Override
    public String toString() {
        return "PayloadKeys" + keys.keySet();
    }
}
