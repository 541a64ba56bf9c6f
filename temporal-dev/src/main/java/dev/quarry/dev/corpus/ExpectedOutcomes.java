package dev.quarry.dev.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How each file of the built-in corpus must end: one line per file, {@code key TAB outcome TAB reason}. */
public final class ExpectedOutcomes {
    private static final String RESOURCE = "tika-corpus-outcomes.tsv";

    /** @param reason {@code -} where there is none */
    public record Expected(String outcome, String reason) {}

    private final Map<String, Expected> byKey;

    private ExpectedOutcomes(Map<String, Expected> byKey) {
        this.byKey = Map.copyOf(byKey);
    }

    /** Nothing is expected of somebody's own directory. */
    public static ExpectedOutcomes none() {
        return new ExpectedOutcomes(Map.of());
    }

    public static ExpectedOutcomes ofTikaCorpus() throws IOException {
        Map<String, Expected> byKey = new HashMap<>();
        try (InputStream in = ExpectedOutcomes.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException("resource " + RESOURCE + " is missing from the jar");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] fields = line.split("\t", -1);
                    byKey.put(fields[0], new Expected(fields[1], fields[2]));
                }
            }
        }
        return new ExpectedOutcomes(byKey);
    }

    public Map<String, Expected> byKey() {
        return byKey;
    }

    public boolean expectsFailure(JsonNode file) {
        return of(file).map(expected -> expected.outcome().equals("FAILED")).orElse(false);
    }

    private Optional<Expected> of(JsonNode file) {
        byte[] key = Base64.getUrlDecoder().decode(file.path("key").asText());
        return Optional.ofNullable(byKey.get(new String(key, StandardCharsets.UTF_8)));
    }
}
