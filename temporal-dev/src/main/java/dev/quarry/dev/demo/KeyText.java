package dev.quarry.dev.demo;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A file's key for a terminal: whatever bytes a name holds, no terminal obeys them. */
final class KeyText {
    private KeyText() {}

    /** @param key base64url, as the API gives it */
    static String ofEncoded(String key) {
        return of(Base64.getUrlDecoder().decode(key));
    }

    /** Control characters, and all bytes above ASCII of a key that is not UTF-8, become {@code \xNN} or {@code \}{@code uNNNN}. */
    static String of(byte[] key) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key));
            return of(text.toString());
        } catch (CharacterCodingException notUtf8) {
            StringBuilder shown = new StringBuilder();
            for (byte octet : key) {
                int value = octet & 0xff;
                if (value < 0x20 || value >= 0x7f || value == '\\') {
                    shown.append(String.format("\\x%02x", value));
                } else {
                    shown.append((char) value);
                }
            }
            return shown.toString();
        }
    }

    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (point == '\\') {
                shown.append("\\\\");
            } else if (isHarmless(point)) {
                shown.appendCodePoint(point);
            } else if (point < 0x80) {
                shown.append(String.format("\\x%02x", point));
            } else {
                shown.append(String.format("\\u%04x", point));
            }
        });
        return shown.toString();
    }

    /** Format characters turn the direction of a line round; private ones may be anything. */
    private static boolean isHarmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
