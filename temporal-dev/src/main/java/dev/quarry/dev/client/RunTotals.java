package dev.quarry.dev.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run's counts, as the API gives them. */
public record RunTotals(JsonNode json) {
    public String run() {
        return json.path("run").asText();
    }

    public String state() {
        return json.path("state").asText();
    }

    public boolean isLive() {
        return "LIVE".equals(state());
    }

    /** Ran to its end, with or without failed files. */
    public boolean isCompleted() {
        return "COMPLETED".equals(state()) || "COMPLETED_WITH_FAILURES".equals(state());
    }

    /** Its workflow was gone when another one opened the next run. */
    public boolean isAborted() {
        return "ABORTED".equals(state());
    }

    /** It waits for an answer about what has vanished. */
    public boolean asksWhetherToDelete() {
        return isLive() && "ASKED".equals(json.path("deletion").asText());
    }

    /** Why it waits for its store; empty while the store answers. */
    public Optional<String> waitsFor() {
        return Optional.ofNullable(json.path("waiting").path("reason").asText(null));
    }

    public boolean listingComplete() {
        return json.path("listingComplete").asBoolean();
    }

    public boolean balanced() {
        return json.path("balanced").asBoolean(false);
    }

    public String imbalance() {
        return json.path("imbalance").asText("");
    }

    /** Some folder could not be listed: of what lies there the run knows nothing. */
    public boolean hasGaps() {
        return json.path("gaps").asBoolean();
    }

    /** For people; those of gaps as well. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        json.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        return warnings;
    }

    public long generation() {
        return json.path("generation").asLong();
    }

    /** @param name as in the API's RunTotals, for instance {@code noContent} */
    public long count(String name) {
        JsonNode value = json.path(name);
        if (!value.isNumber()) {
            throw new IllegalStateException("the run's totals have no number " + name + ": " + json);
        }
        return value.asLong();
    }

    /** Files that have their outcome. */
    public long concluded() {
        return count("listed") - count("pending");
    }
}
