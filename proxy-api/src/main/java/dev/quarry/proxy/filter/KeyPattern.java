package dev.quarry.proxy.filter;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * One pattern in the syntax of gitignore, matched against keys in time that grows with the key and the pattern only: patterns may come from a file in
 * the store, and libraries that turn them into regular expressions can be kept busy for hours by one of them. Matching goes on: the state after a
 * folder's path serves all names in that folder.
 */
final class KeyPattern {
    private final String text;
    private final boolean negated;
    private final boolean foldersOnly;
    private final Token[] tokens;
    private final BitSet start;

    KeyPattern(String text, boolean negated, boolean foldersOnly, List<Token> tokens) {
        this.text = text;
        this.negated = negated;
        this.foldersOnly = foldersOnly;
        this.tokens = tokens.toArray(new Token[0]);
        this.start = new BitSet(tokens.size() + 1);
        start.set(0);
        close(start);
    }

    /** As it was written. */
    String text() {
        return text;
    }

    /** It takes back what earlier lines of an ignore file say. */
    boolean negated() {
        return negated;
    }

    BitSet start() {
        return start;
    }

    /** Where the matching stands after some more of a key; empty: nothing that follows can match. */
    BitSet after(BitSet state, int[] more) {
        BitSet now = state;
        for (int symbol : more) {
            if (now.isEmpty()) {
                return now;
            }
            now = step(now, symbol);
        }
        return now;
    }

    /** Whether a key that ends here is meant. */
    boolean matches(BitSet state, boolean isFolder) {
        return state.get(tokens.length) && (isFolder || !foldersOnly);
    }

    /** Whether the file of this name is meant, in the folder whose path and slash led to the state. */
    boolean matchesFile(BitSet state, int[] name) {
        return !foldersOnly && !state.isEmpty() && mayEnd(name) && matches(after(state, name), false);
    }

    /** Most names end otherwise than most patterns: seen before anything else. */
    private boolean mayEnd(int[] name) {
        for (int i = 1; i <= Math.min(name.length, tokens.length); i++) {
            Token last = tokens[tokens.length - i];
            if (last.kind() != Token.Kind.LITERAL) {
                return true;
            }
            if (last.symbol() != name[name.length - i]) {
                return false;
            }
        }
        return true;
    }

    private BitSet step(BitSet state, int symbol) {
        BitSet next = new BitSet(tokens.length + 1);
        for (int i = state.nextSetBit(0); i >= 0 && i < tokens.length; i = state.nextSetBit(i + 1)) {
            switch (tokens[i].kind()) {
                case LITERAL, ANY, CLASS -> next.set(i + 1, tokens[i].takes(symbol) || next.get(i + 1));
                case STAR -> next.set(i, symbol != Symbols.SLASH || next.get(i));
                case FOLDERS -> next.set(symbol == Symbols.SLASH ? i : i + 1);
                case INSIDE -> next.set(symbol == Symbols.SLASH ? i - 1 : i);
                case REST -> next.set(i, i + 2);
            }
        }
        close(next);
        return next;
    }

    /** What may be passed over without a symbol; that only leads forward. */
    private void close(BitSet state) {
        for (int i = state.nextSetBit(0); i >= 0 && i < tokens.length; i = state.nextSetBit(i + 1)) {
            if (tokens[i].kind() == Token.Kind.STAR) {
                state.set(i + 1);
            } else if (tokens[i].kind() == Token.Kind.FOLDERS) {
                state.set(i + 2);
            }
        }
    }

    /** @param ranges of CLASS: first and last symbol of each, in turn */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Token(Kind kind, int symbol, int[] ranges, boolean negated) {
        enum Kind {
            LITERAL,
            /** One symbol, no slash. */
            ANY,
            /** One of a class, no slash. */
            CLASS,
            /** Any number of symbols, no slash. */
            STAR,
            /** Any number of whole folders; an INSIDE follows. */
            FOLDERS,
            /** In the middle of a folder's name. */
            INSIDE,
            /** All that follows, at least one symbol. */
            REST
        }

        private static final int[] NONE = {};

        static Token of(Kind kind) {
            return new Token(kind, 0, NONE, false);
        }

        static Token literal(int symbol) {
            return new Token(Kind.LITERAL, symbol, NONE, false);
        }

        static Token oneOf(int[] ranges, boolean negated) {
            return new Token(Kind.CLASS, 0, ranges, negated);
        }

        boolean takes(int given) {
            if (kind == Kind.LITERAL) {
                return given == symbol;
            }
            return given != Symbols.SLASH && (kind == Kind.ANY || inRanges(given) != negated);
        }

        private boolean inRanges(int given) {
            for (int i = 0; i < ranges.length; i += 2) {
                if (given >= ranges[i] && given <= ranges[i + 1]) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return kind + " " + symbol + " " + Arrays.toString(ranges);
        }
    }
}
