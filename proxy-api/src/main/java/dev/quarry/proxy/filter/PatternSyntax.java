package dev.quarry.proxy.filter;

import dev.quarry.proxy.filter.KeyPattern.Token;
import dev.quarry.proxy.filter.KeyPattern.Token.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads the pattern language of gitignore (git-scm.com/docs/gitignore): {@code *}, {@code ?}, {@code [a-z]}, {@code [!a-z]}, {@code **}, a slash at
 * the end for folders only, a slash elsewhere to begin at the top, {@code !} to take back, a backslash before what is meant as it stands. Classes by
 * name, such as {@code [:alpha:]}, are not read.
 */
final class PatternSyntax {
    private final int[] symbols;
    private final boolean anchored;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private PatternSyntax(int[] symbols, boolean anchored) {
        this.symbols = symbols;
        this.anchored = anchored;
    }

    /**
     * The pattern of a line; none if the line is blank or a comment.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Optional<KeyPattern> line(byte[] line) {
        return read(new String(line, StandardCharsets.UTF_8), Symbols.of(line));
    }

    /** As {@link #line}. */
    static Optional<KeyPattern> line(String line) {
        return read(line, line.codePoints().toArray());
    }

    private static Optional<KeyPattern> read(String text, int[] line) {
        int end = trimmed(line);
        if (end == 0 || line[0] == '#') {
            return Optional.empty();
        }
        boolean negated = line[0] == '!';
        int from = negated ? 1 : 0;
        boolean foldersOnly = end > from && line[end - 1] == '/';
        int to = foldersOnly ? end - 1 : end;
        boolean anchored = IntStream.range(from, to).anyMatch(i -> line[i] == '/');
        int first = from < to && line[from] == '/' ? from + 1 : from;
        if (first >= to) {
            throw new IllegalArgumentException("it names nothing");
        }
        int[] body = Arrays.copyOfRange(line, first, to);
        List<Token> tokens = new PatternSyntax(body, anchored).tokens();
        return Optional.of(new KeyPattern(text.strip(), negated, foldersOnly, tokens));
    }

    /** Without the spaces at the end, except one that a backslash keeps. */
    private static int trimmed(int[] line) {
        int end = line.length;
        while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == '\r') && !isEscaped(line, end - 1)) {
            end--;
        }
        return end;
    }

    private static boolean isEscaped(int[] line, int at) {
        int backslashes = 0;
        while (at - backslashes > 0 && line[at - backslashes - 1] == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    private List<Token> tokens() {
        if (!anchored) {
            folders();
        }
        while (at < symbols.length) {
            switch (symbols[at]) {
                case '*' -> stars();
                case '?' -> one(Token.of(Kind.ANY));
                case '[' -> oneOf();
                case '\\' -> {
                    at++;
                    one(Token.literal(current("ends with a backslash")));
                }
                default -> one(Token.literal(symbols[at]));
            }
        }
        return tokens;
    }

    private void one(Token token) {
        tokens.add(token);
        at++;
    }

    /** Two stars that fill the place between slashes stand for folders; others are as one. */
    private void stars() {
        int from = at;
        while (at < symbols.length && symbols[at] == '*') {
            at++;
        }
        boolean whole = at - from == 2
                && (from == 0 || symbols[from - 1] == '/')
                && (at == symbols.length || symbols[at] == '/');
        if (whole && at < symbols.length) {
            at++;
            folders();
        } else if (whole && anchored) {
            tokens.add(Token.of(Kind.REST));
        } else {
            tokens.add(Token.of(Kind.STAR));
        }
    }

    private void folders() {
        tokens.add(Token.of(Kind.FOLDERS));
        tokens.add(Token.of(Kind.INSIDE));
    }

    private void oneOf() {
        at++;
        boolean negated = current("has a [ without ]") == '!' || symbols[at] == '^';
        if (negated) {
            at++;
        }
        IntStream.Builder ranges = IntStream.builder();
        boolean first = true;
        while (current("has a [ without ]") != ']' || first) {
            first = false;
            if (symbols[at] == '[' && at + 1 < symbols.length && symbols[at + 1] == ':') {
                throw wrong("has a class by name, such as [:alpha:], which is not read; write the characters");
            }
            int low = classSymbol();
            boolean range = at + 1 < symbols.length && symbols[at] == '-' && symbols[at + 1] != ']';
            if (range) {
                at++;
            }
            ranges.add(low).add(range ? classSymbol() : low);
        }
        one(Token.oneOf(ranges.build().toArray(), negated));
    }

    private int classSymbol() {
        if (symbols[at] == '\\') {
            at++;
        }
        int symbol = current("has a [ without ]");
        at++;
        return symbol;
    }

    private int current(String otherwise) {
        if (at >= symbols.length) {
            throw wrong(otherwise);
        }
        return symbols[at];
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("it " + what);
    }
}
