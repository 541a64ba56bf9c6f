package dev.quarry.dev.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.corpus.ExpectedOutcomes.Expected;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** What a running demo says of its files. */
final class DemoResults {
    private DemoResults() {}

    static PublicApi api(Path state) throws Exception {
        Properties running = new Properties();
        try (InputStream in = Files.newInputStream(state.resolve("running.properties"))) {
            running.load(in);
        }
        return new PublicApi(URI.create(running.getProperty("api")), Path.of(running.getProperty("secret")));
    }

    static Map<String, Expected> outcomes(PublicApi api) throws Exception {
        Map<String, Expected> outcomes = new HashMap<>();
        for (String outcome : new String[] {"INDEXED", "NO_CONTENT", "FILTERED", "FAILED"}) {
            api.eachFile("docs", outcome, file -> outcomes.put(key(file), new Expected(outcome, reason(file))));
        }
        return outcomes;
    }

    static String key(JsonNode file) {
        return new String(Base64.getUrlDecoder().decode(file.path("key").asText()), StandardCharsets.UTF_8);
    }

    private static String reason(JsonNode file) {
        return file.path("reason").isTextual() ? file.path("reason").asText() : "-";
    }
}
