package dev.quarry.proxy.store;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of the file system as bytes. A {@link Path} that the JDK made keeps its bytes, but its {@code toString} decodes them by the JVM's locale and
 * loses what does not fit. Only its URI is exact both ways, whatever the locale (docs/adr/0002).
 */
final class RawNames {
    private static final boolean UTF8 = "UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"));

    static {
        byte[] odd = {'a', (byte) 0xff, '%', (byte) 0xc3, (byte) 0xbc};
        if (!bytesOf(relative(KeyBytes.of(odd))).equals(KeyBytes.of(odd))) {
            throw new IllegalStateException(
                    "this JVM (" + System.getProperty("java.vm.version")
                            + ") does not keep the bytes of file names in URIs, so files could be mistaken for others; use JDK 17 to 25 on Linux");
        }
    }

    private RawNames() {}

    /** A relative path of one name. The name must not be empty, and hold neither slash nor NUL. */
    static Path relative(KeyBytes name) {
        String ascii = asciiOrEmpty(name.bytes());
        return ascii.isEmpty()
                ? absolute(KeyBytes.of(concat((byte) '/', name.bytes()))).getFileName()
                : Path.of(ascii);
    }

    static Path absolute(KeyBytes path) {
        StringBuilder uri = new StringBuilder("file://");
        for (byte b : path.bytes()) {
            if ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '/') {
                uri.append((char) b);
            } else {
                uri.append('%').append(String.format("%02X", b & 0xff));
            }
        }
        return Path.of(URI.create(uri.toString()));
    }

    /** The bytes of a path's last name. */
    static KeyBytes bytesOf(Path path) {
        Path name = path.getFileName();
        String decoded = name.toString();
        if (isAscii(decoded)) {
            return KeyBytes.of(decoded.getBytes(StandardCharsets.US_ASCII));
        }
        if (UTF8 && decoded.indexOf('\uFFFD') < 0) {
            return KeyBytes.utf8(decoded);
        }
        String raw = name.toUri().getRawPath();
        int end = raw.endsWith("/") ? raw.length() - 1 : raw.length();
        return unescape(raw.substring(raw.lastIndexOf('/', end - 1) + 1, end));
    }

    /** The bytes of each name of a path, relative or absolute. */
    static List<KeyBytes> names(Path path) {
        List<KeyBytes> names = new ArrayList<>();
        for (Path name : path) {
            names.add(bytesOf(name));
        }
        return names;
    }

    /** The bytes of a whole absolute path. */
    static KeyBytes bytesOfAbsolute(Path path) {
        String raw = path.toUri().getRawPath();
        return unescape(raw.length() > 1 && raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw);
    }

    private static KeyBytes unescape(String raw) {
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '%') {
                bytes[length++] = (byte) Integer.parseInt(raw, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[length++] = (byte) raw.charAt(i);
            }
        }
        return KeyBytes.of(java.util.Arrays.copyOf(bytes, length));
    }

    private static String asciiOrEmpty(byte[] bytes) {
        for (byte b : bytes) {
            if (b <= 0) {
                return "";
            }
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static byte[] concat(byte first, byte[] rest) {
        byte[] all = new byte[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }
}
