package dev.quarry.proxy.filter;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** What patterns are matched against: the characters of a name, and for each byte that is no UTF-8 a symbol of its own, which no literal means. */
final class Symbols {
    static final int SLASH = '/';
    static final int[] OF_SLASH = {SLASH};

    private static final int NO_TEXT = Character.MAX_CODE_POINT + 1;

    private Symbols() {}

    static int[] of(byte[] bytes) {
        int[] plain = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] < 0) {
                return decoded(bytes);
            }
            plain[i] = bytes[i];
        }
        return plain;
    }

    private static int[] decoded(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        IntStream.Builder symbols = IntStream.builder();
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            out.flip().codePoints().forEach(symbols::add);
            out.clear();
            if (!result.isError()) {
                return symbols.build().toArray();
            }
            for (int i = 0; i < result.length(); i++) {
                symbols.add(NO_TEXT + (in.get() & 0xff));
            }
            decoder.reset();
        }
    }
}
