package dev.quarry.proxy.lane;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A glob over names as text: {@code *}, {@code ?}, {@code [a-z]}, {@code [!a-z]}, {@code {a,b}}, and a backslash before what is meant as it stands. The JDK's
 * own globs are over paths, and of those there are only such as the locale's charset has, in a container often ASCII.
 */
final class NamePattern {
    private static final String MEANS_SOMETHING_IN_A_REGEX = "\\.[]{}()*+-?^$|&";
    private static final String MEANS_SOMETHING_IN_A_CLASS = "\\[^&";

    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private boolean inBraces;

    private NamePattern(String glob) {
        this.glob = glob;
    }

    /** Whether a whole name fits. @throws IllegalArgumentException saying what is wrong with the glob */
    static Predicate<String> of(String glob) {
        return new NamePattern(glob).compiled().asMatchPredicate();
    }

    private Pattern compiled() {
        while (at < glob.length()) {
            append(glob.charAt(at++));
        }
        if (inBraces) {
            throw wrong("a { without a }");
        }
        try {
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        } catch (PatternSyntaxException unfit) {
            throw wrong(unfit.getDescription());
        }
    }

    private void append(char symbol) {
        switch (symbol) {
            case '*' -> regex.append(".*");
            case '?' -> regex.append('.');
            case '[' -> appendClass();
            case '{' -> openBraces();
            case ',' -> regex.append(inBraces ? '|' : ',');
            case '}' -> closeBraces();
            case '\\' -> appendNext();
            default -> appendEscaped(symbol, MEANS_SOMETHING_IN_A_REGEX);
        }
    }

    private void appendClass() {
        int end = glob.indexOf(']', at);
        if (end < 0) {
            throw wrong("a [ without a ]");
        }
        boolean negated = glob.charAt(at) == '!';
        regex.append(negated ? "[^" : "[");
        for (char symbol : glob.substring(negated ? at + 1 : at, end).toCharArray()) {
            appendEscaped(symbol, MEANS_SOMETHING_IN_A_CLASS);
        }
        regex.append(']');
        at = end + 1;
    }

    private void openBraces() {
        if (inBraces) {
            throw wrong("a { within a {");
        }
        inBraces = true;
        regex.append("(?:");
    }

    private void closeBraces() {
        regex.append(inBraces ? ")" : "\\}");
        inBraces = false;
    }

    private void appendNext() {
        if (at == glob.length()) {
            throw wrong("a \\ at its end");
        }
        appendEscaped(glob.charAt(at++), MEANS_SOMETHING_IN_A_REGEX);
    }

    private void appendEscaped(char symbol, String meaningful) {
        if (meaningful.indexOf(symbol) >= 0) {
            regex.append('\\');
        }
        regex.append(symbol);
    }

    private IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException("quarry.lanes: accepts has '" + glob + "', which is no pattern of names: "
                + why + "; write it like *.mp4, or put a \\ before what is meant as it stands");
    }
}
