package dev.quarry.proxy.store;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What people are shown of a key: text that cannot move a cursor, turn a line around or break a database. Not unique and not reversible. */
public final class DisplayName {
    private static final String REPLACEMENT = "\uFFFD";

    private DisplayName() {}

    /** Bytes that are not UTF-8, control and bidirectional characters become U+FFFD followed by their hex value, so that different names stay different. */
    public static String of(KeyBytes key) {
        StringBuilder shown = new StringBuilder(key.bytes().length);
        String plain = asciiOrNull(key.bytes());
        if (plain != null) {
            return plain;
        }
        ByteBuffer in = ByteBuffer.wrap(key.bytes());
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer out = CharBuffer.allocate(key.bytes().length + 1);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            clean(out.flip(), shown);
            out.clear();
            if (!result.isError()) {
                return shown.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                escape(in.get() & 0xff, shown);
            }
            decoder.reset();
        }
    }

    private static @Nullable String asciiOrNull(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0x20 || b == 0x7f) {
                return null;
            }
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static void clean(CharBuffer text, StringBuilder shown) {
        text.chars().forEach(c -> {
            if (isHarmless((char) c)) {
                shown.append((char) c);
            } else {
                escape(c, shown);
            }
        });
    }

    private static boolean isHarmless(char c) {
        boolean control = Character.isISOControl(c);
        boolean lineOrParagraph = c == '\u2028' || c == '\u2029';
        boolean bidi = c == '\u061C'
                || c == '\u200E'
                || c == '\u200F'
                || (c >= '\u202A' && c <= '\u202E')
                || (c >= '\u2066' && c <= '\u2069');
        return !control && !lineOrParagraph && !bidi && c != '\uFEFF';
    }

    private static void escape(int value, StringBuilder shown) {
        shown.append(REPLACEMENT).append(String.format("%02X", value));
    }
}
