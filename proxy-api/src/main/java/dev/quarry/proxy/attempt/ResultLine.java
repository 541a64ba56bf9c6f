package dev.quarry.proxy.attempt;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One line of a results request, checked and cleaned. */
sealed interface ResultLine permits ResultLine.Started, ResultLine.Done, ResultLine.Extraction {
    int n();

    /** Work on the item has begun: if the attempt dies now, the item is a suspect. */
    record Started(int n) implements ResultLine {}

    /** The item's outcome as its agent saw it. */
    record Done(
            int n,
            String outcome,
            @Nullable String reason,
            List<String> partial,
            @Nullable String detail,
            byte[] digest)
            implements ResultLine {
        static final Set<String> OUTCOMES = Set.of("INDEXED", "NO_CONTENT", "FILTERED", "FAILED");
        static final Set<String> NO_CONTENT_REASONS = Set.of("EMPTY", "ENCRYPTED", "UNSUPPORTED_TYPE");
    }

    /** One extractor's result for an item or a member in it. */
    record Extraction(
            int n,
            String member,
            String extractor,
            String version,
            String status,
            @Nullable String reason,
            @Nullable String detail,
            @Nullable String mediaType,
            @Nullable String metadata,
            String words,
            @Nullable String text,
            @Nullable Long textChars,
            @Nullable String textSha256,
            List<String> partial,
            @Nullable Long millis,
            List<String> isolation,
            List<Segment> segments,
            List<ArtifactRef> artifacts,
            byte[] digest)
            implements ResultLine {
        static final Set<String> STATUSES = Set.of("OK", "EMPTY", "ENCRYPTED", "UNSUPPORTED_TYPE", "FAILED");
    }

    /** A part of the content with a place or time. */
    @SuppressWarnings("ArrayRecordComponent") // written once, compared never
    record Segment(
            @Nullable Long startMillis,
            @Nullable Long endMillis,
            @Nullable Integer page,
            float @Nullable [] box,
            @Nullable String text,
            @Nullable Float score,
            float @Nullable [] embedding) {}

    /** An artifact that was put before. */
    record ArtifactRef(String name, String sha256, @Nullable String mediaType) {}

    /** What is wrong with a line, and where. */
    final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /** A member of a line, for messages. */
    static Malformed wrong(String field, @Nullable JsonNode value, String expected) {
        String shown = value == null
                ? "nothing"
                : value.isContainer() ? (value.isArray() ? "an array" : "an object") : value.toString();
        return new Malformed(
                "'" + field + "' is " + shown.substring(0, Math.min(shown.length(), 80)) + "; expected " + expected);
    }
}
