package dev.quarry.proxy.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The lines of a store's ignore file: the last one that matches decides.
 *
 * @param warnings lines that cannot be read, and so match nothing, as with git
 */
record IgnoreLines(List<Line> lines, List<String> warnings) {
    static final IgnoreLines NONE = new IgnoreLines(List.of(), List.of());

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    IgnoreLines {
        lines = List.copyOf(lines);
        warnings = List.copyOf(warnings);
    }

    /** @param reason what a file that it filters is given: {@code ignore:<file>:<number>} */
    record Line(KeyPattern pattern, String reason) {}

    static IgnoreLines of(String file, byte[] content) {
        List<Line> lines = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        int number = 0;
        for (byte[] line : split(content)) {
            number++;
            String reason = "ignore:" + file + ":" + number;
            try {
                Optional<KeyPattern> pattern = PatternSyntax.line(line);
                pattern.ifPresent(read -> lines.add(new Line(read, reason)));
            } catch (IllegalArgumentException unreadable) {
                warnings.add("line " + number + " of '" + file + "' is no pattern and matches nothing: "
                        + unreadable.getMessage());
            }
        }
        return new IgnoreLines(lines, warnings);
    }

    private static List<byte[]> split(byte[] content) {
        List<byte[]> lines = new ArrayList<>();
        boolean marked = content.length >= 3 && Arrays.equals(Arrays.copyOf(content, 3), BYTE_ORDER_MARK);
        int start = marked ? 3 : 0;
        for (int i = start; i <= content.length; i++) {
            if (i == content.length || content[i] == '\n') {
                lines.add(Arrays.copyOfRange(content, start, i));
                start = i + 1;
            }
        }
        return lines;
    }
}
