package dev.quarry.proxy.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The bytes of a file's key, of a folder's path or of one name in it. Stores do not promise that names are text, so nothing here decodes them.
 * Ordered by unsigned bytes, as PostgreSQL orders bytea.
 */
public final class KeyBytes implements Comparable<KeyBytes> {
    /** The path of a store's root folder. */
    public static final KeyBytes EMPTY = new KeyBytes(new byte[0]);

    private final byte[] bytes;

    private KeyBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @param bytes not copied; do not change them afterwards */
    public static KeyBytes of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new KeyBytes(bytes);
    }

    public static KeyBytes utf8(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes themselves, not a copy: do not change them. */
    public byte[] bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /**
     * What the keys of everything in the folder that this is the path of begin with: the path and a slash, for the root nothing. Buckets may hold
     * folders without a name; at the top of one, a path of slashes alone is its own prefix, as there is no other way to tell it from the root.
     */
    public KeyBytes prefix() {
        return isSlashes() ? this : concat(new byte[] {'/'});
    }

    /** The key of the file {@code name} in the folder that this is the path of. */
    public KeyBytes child(KeyBytes name) {
        return isEmpty() ? name : prefix().concat(name.bytes);
    }

    /** The path of the folder {@code name} in the folder that this is the path of. */
    public KeyBytes folder(KeyBytes name) {
        return name.isEmpty() && isSlashes() ? concat(new byte[] {'/'}) : child(name);
    }

    /** The path of the folder that this lies in; of what lies in the root, {@link #EMPTY}. */
    public KeyBytes parent() {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '/') {
            end--;
        }
        return of(Arrays.copyOf(bytes, Math.max(0, end - 1)));
    }

    /** The first key after this one: this one and a zero byte. */
    public KeyBytes successor() {
        return concat(new byte[1]);
    }

    public boolean startsWith(KeyBytes prefix) {
        return bytes.length >= prefix.bytes.length
                && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
    }

    public boolean endsWithSlash() {
        return !isEmpty() && bytes[bytes.length - 1] == '/';
    }

    public KeyBytes withSlash() {
        return concat(new byte[] {'/'});
    }

    /** Without the slash that it ends with. */
    public KeyBytes withoutSlash() {
        return of(Arrays.copyOf(bytes, bytes.length - 1));
    }

    private boolean isSlashes() {
        for (byte b : bytes) {
            if (b != '/') {
                return false;
            }
        }
        return true;
    }

    private KeyBytes concat(byte[] more) {
        byte[] joined = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, joined, bytes.length, more.length);
        return of(joined);
    }

    /** The names between the slashes; none for the root. */
    public List<KeyBytes> names() {
        List<KeyBytes> names = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length && !isEmpty(); i++) {
            if (i == bytes.length || bytes[i] == '/') {
                names.add(of(Arrays.copyOfRange(bytes, start, i)));
                start = i + 1;
            }
        }
        return names;
    }

    /** Whether this name, or one of the names in this path, begins with a dot. */
    public boolean isHidden() {
        boolean atStart = true;
        for (byte b : bytes) {
            if (atStart && b == '.') {
                return true;
            }
            atStart = b == '/';
        }
        return false;
    }

    public byte[] sha256() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }

    public String base64Url() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public int compareTo(KeyBytes other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyBytes key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** For people: cleaned, not to be parsed. */
    @Override
    public String toString() {
        return DisplayName.of(this);
    }
}
