package dev.quarry.proxy.filter;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.KeyBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** What filters may be set to. Every method throws a Problem 422 {@code invalid_filter} that names the filter and what it got. */
final class FilterLimits {
    private static final int PATTERNS = 200;
    private static final int PATTERN_CHARS = 1_000;
    private static final int TYPES = 100;
    private static final int KEYS = 10_000;
    private static final int KEY_BYTES = 1_024;
    private static final int ALL_KEYS_BYTES = 512 * 1_024;
    private static final int NAME_BYTES = 255;

    private FilterLimits() {}

    static String prefix(@Nullable String given) {
        return given == null ? "" : key("prefix", given);
    }

    static List<String> patterns(String filter, @Nullable List<@Nullable String> given) {
        return each(filter, given, PATTERNS, pattern -> pattern(filter, pattern));
    }

    private static String pattern(String filter, String given) {
        String pattern = text(filter, given);
        if (pattern.length() > PATTERN_CHARS) {
            throw wrong(filter, "a pattern has at most " + PATTERN_CHARS + " characters, got " + pattern.length());
        }
        if (pattern.startsWith("!")) {
            throw wrong(filter, shown(pattern) + " begins with '!': write it into include, or into the ignore file");
        }
        try {
            if (PatternSyntax.line(pattern).isEmpty()) {
                throw wrong(filter, shown(pattern) + " is blank or a comment; write \\# for a name that begins with #");
            }
        } catch (IllegalArgumentException unreadable) {
            throw wrong(filter, shown(pattern) + " is no pattern: " + unreadable.getMessage());
        }
        return pattern;
    }

    static String fileName(@Nullable String given) {
        if (given == null) {
            return Filters.IGNORE_FILE;
        }
        String name = given.isEmpty() ? given : text("ignoreFile", given);
        if (name.contains("/")
                || name.equals(".")
                || name.equals("..")
                || KeyBytes.utf8(name).bytes().length > NAME_BYTES) {
            throw wrong(
                    "ignoreFile",
                    shown(name) + " is no name of a file in the store's root; \"\" stands for no such file");
        }
        return name;
    }

    static @Nullable Long size(String filter, @Nullable Long given, long least) {
        if (given != null && given < least) {
            throw wrong(filter, "it must be at least " + least + " bytes, got " + given);
        }
        return given;
    }

    static @Nullable String time(String filter, @Nullable String given) {
        if (given == null) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(given).toInstant();
            if (time.isBefore(Instant.parse("+10000-01-01T00:00:00Z"))
                    && time.isAfter(Instant.parse("-0001-01-01T00:00:00Z"))) {
                return time.toString();
            }
        } catch (DateTimeException notTime) {
            // refused below
        }
        throw wrong(filter, shown(given) + " is no time such as 2026-01-31T12:00:00Z");
    }

    static @Nullable String age(String filter, @Nullable String given) {
        if (given == null) {
            return null;
        }
        try {
            Duration age = Duration.parse(given);
            if (!age.isNegative() && age.compareTo(Duration.ofDays(365_000)) < 0) {
                return age.toString();
            }
        } catch (DateTimeException notDuration) {
            // refused below
        }
        throw wrong(filter, shown(given) + " is no duration such as P30D or PT12H");
    }

    static List<String> mediaTypes(String filter, @Nullable List<@Nullable String> given) {
        return each(filter, given, TYPES, type -> mediaType(filter, type));
    }

    private static String mediaType(String filter, String given) {
        try {
            MediaType type = MediaType.parseMediaType(text(filter, given));
            if (type.getParameters().isEmpty() && !type.isWildcardType()) {
                return type.toString();
            }
        } catch (InvalidMediaTypeException notType) {
            // refused below
        }
        throw wrong(filter, shown(given) + " is no media type such as image/png or image/*");
    }

    static List<String> keys(@Nullable List<@Nullable String> given) {
        List<String> keys = each("keys", given, KEYS, key -> key("keys", key));
        int bytes =
                keys.stream().mapToInt(key -> KeyBytes.utf8(key).bytes().length).sum();
        if (bytes > ALL_KEYS_BYTES) {
            throw wrong("keys", "all keys together have at most " + ALL_KEYS_BYTES + " bytes, got " + bytes);
        }
        return keys;
    }

    private static String key(String filter, String given) {
        boolean isText = isText(given);
        if (!isText || given.indexOf('\0') >= 0 || KeyBytes.utf8(given).bytes().length > KEY_BYTES) {
            throw wrong(
                    filter,
                    "a key is text of at most " + KEY_BYTES + " bytes, got " + (isText ? shown(given) : "none"));
        }
        return given;
    }

    private static List<String> each(
            String filter, @Nullable List<@Nullable String> given, int most, UnaryOperator<String> check) {
        List<String> checked = new ArrayList<>();
        if (given == null) {
            return checked;
        }
        if (given.size() > most) {
            throw wrong(filter, "it may hold " + most + " values, got " + given.size());
        }
        for (String one : given) {
            if (one == null || one.isEmpty()) {
                throw wrong(filter, "one of its values is empty");
            }
            checked.add(check.apply(one));
        }
        return checked;
    }

    /** What is shown as a file's reason must not hold what a terminal obeys. */
    private static String text(String filter, String given) {
        if (!isText(given) || given.chars().anyMatch(Character::isISOControl)) {
            throw wrong(filter, shown(given) + " holds what is no text, or control characters");
        }
        return given;
    }

    private static boolean isText(String given) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(given));
            return bytes.hasRemaining() || given.isEmpty();
        } catch (CharacterCodingException loneSurrogate) {
            return false;
        }
    }

    static String shown(String given) {
        String start = given.length() > 100 ? given.substring(0, 100) + "..." : given;
        return "'" + KeyBytes.utf8(start) + "'";
    }

    private static Problem wrong(String filter, String why) {
        return Problem.invalid("invalid_filter", "filter " + filter + ": " + why);
    }
}
