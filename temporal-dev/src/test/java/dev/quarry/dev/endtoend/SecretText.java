package dev.quarry.dev.endtoend;

import dev.quarry.dev.stack.DevStack;
import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells secrets in text: those that it is given, and whatever looks like a ticket or a token, as they are, in base64 (of both alphabets, wherever it begins), in
 * URL form, and in either of these within either.
 */
final class SecretText {
    private static final Map<String, Pattern> SHAPES = Map.of(
            "a ticket", Pattern.compile("qt_[A-Za-z0-9_-]{40,}"),
            "a token", Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{20,}"));
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{24,}");
    private static final int GROUP = 4;
    /** An OAuth client's header is base64 of text in URL form. */
    private static final int DEPTH = 2;

    private final Map<String, String> names;

    /** @param names by secret, what to call it: a finding must not print it */
    SecretText(Map<String, String> names) {
        this.names = Map.copyOf(names);
    }

    /**
     * The stack's own secrets: its clients', keys, and the database's passwords.
     *
     * @param further secrets besides, and what to call each
     */
    static SecretText of(DevStack stack, Map<String, String> further) throws IOException {
        Map<String, String> names = new HashMap<>(further);
        try (Stream<Path> files = Files.list(stack.folder().resolve("secrets"))) {
            for (Path file : files.toList()) {
                names.put(Files.readString(file).strip(), file.getFileName().toString());
            }
        }
        EmbeddedPostgres postgres = stack.postgres().orElseThrow();
        for (DatabaseRole role : DatabaseRole.values()) {
            names.put(postgres.password(role), "the password of " + role.login());
        }
        return new SecretText(names);
    }

    /** What is in it; tickets count only where none may be. */
    Optional<String> in(String text, boolean ticketAllowed) {
        for (String reading : readings(text)) {
            Optional<String> known = names.entrySet().stream()
                    .filter(secret -> reading.contains(secret.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst();
            if (known.isPresent()) {
                return known;
            }
            for (Map.Entry<String, Pattern> shape : SHAPES.entrySet()) {
                if (shape.getValue().matcher(reading).find()
                        && !(ticketAllowed && shape.getKey().equals("a ticket"))) {
                    return Optional.of(shape.getKey());
                }
            }
        }
        return Optional.empty();
    }

    private static Collection<String> readings(String text) {
        Collection<String> readings = new LinkedHashSet<>(List.of(text));
        for (int depth = 0; depth < DEPTH; depth++) {
            for (String reading : List.copyOf(readings)) {
                decode(reading, readings);
            }
        }
        return readings;
    }

    private static void decode(String text, Collection<String> readings) {
        if (text.indexOf('%') >= 0) {
            readings.add(urlDecoded(text));
        }
        Matcher runs = BASE64.matcher(text);
        while (runs.find()) {
            String run = runs.group().replace('+', '-').replace('/', '_');
            for (int start = 0; start < GROUP; start++) {
                // Two or three characters may be left over at the end, but one stands for no byte.
                int end = (run.length() - start) % GROUP == 1 ? run.length() - 1 : run.length();
                byte[] bytes = Base64.getUrlDecoder().decode(run.substring(start, end));
                readings.add(new String(bytes, StandardCharsets.ISO_8859_1));
            }
        }
    }

    /** A percent sign that begins no escape stays as it is. */
    private static String urlDecoded(String text) {
        String escapable = text.replaceAll("%(?![0-9a-fA-F]{2})", "%25").replace("+", "%2B");
        return URLDecoder.decode(escapable, StandardCharsets.ISO_8859_1);
    }
}
