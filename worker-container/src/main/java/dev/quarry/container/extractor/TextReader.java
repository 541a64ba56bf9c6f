package dev.quarry.container.extractor;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Reads text.txt: hashes and counts all of it, keeps what may be sent. */
final class TextReader {
    private static final int MOST_CHARS = 4_000_000;
    // A line may have 16 MiB; control characters take six bytes of JSON each.
    private static final int MOST_BYTES = 12 << 20;

    private TextReader() {}

    static OutputText read(InputStream stream) throws IOException {
        MessageDigest digest = RegularFile.newSha256();
        StringBuilder kept = new StringBuilder();
        long chars = 0;
        long bytes = 0;
        try (Reader reader = new InputStreamReader(new DigestInputStream(stream, digest), StandardCharsets.UTF_8)) {
            char[] buffer = new char[16 * 1024];
            for (int read = reader.read(buffer); read >= 0; read = reader.read(buffer)) {
                chars += read;
                if (kept.length() < MOST_CHARS && bytes < MOST_BYTES) {
                    int keep = Math.min(read, MOST_CHARS - kept.length());
                    kept.append(buffer, 0, keep);
                    bytes += jsonBytes(buffer, keep);
                }
            }
        }
        return new OutputText(whole(kept), chars, HexFormat.of().formatHex(digest.digest()));
    }

    private static long jsonBytes(char[] buffer, int length) {
        long bytes = 0;
        for (int i = 0; i < length; i++) {
            char c = buffer[i];
            bytes += c < 0x20 ? 6 : c < 0x80 ? 1 : 3;
        }
        return bytes;
    }

    /** A cut must not leave half of a surrogate pair. */
    private static String whole(StringBuilder kept) {
        int length = kept.length();
        if (length > 0 && Character.isHighSurrogate(kept.charAt(length - 1))) {
            kept.setLength(length - 1);
        }
        return kept.toString();
    }
}
