package dev.quarry.container.extractor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The line with which an extractor answers for one file (README.md has the protocol). Metadata may come inside it instead of in
 * metadata.json. An extractor that writes only the beginning of a long text says the whole text's length and SHA-256.
 */
record ExtractorAnswer(
        ExtractionStatus status,
        @Nullable String reason,
        @Nullable String detail,
        @Nullable String mediaType,
        @Nullable ObjectNode metadata,
        long textChars,
        @Nullable String textSha256,
        Set<PartialReason> partial) {
    static final ExtractorAnswer OK =
            new ExtractorAnswer(ExtractionStatus.OK, null, null, null, null, -1, null, Set.of());

    // Trees of answers wait with their files until they are delivered, so they are kept smaller than those of files.
    private static final int MOST_TOKENS = 100_000;

    // The reasons that a file itself can be the cause of; all others are for the agent to give.
    private static final Set<String> REASONS = Set.of("CORRUPT", "TOO_LARGE", "EXTRACTOR_ERROR");

    /**
     * Empty if the line is not an answer to request {@code id}, which makes it a sign of life. An answer need not repeat the id; one
     * with another id is late.
     */
    static Optional<ExtractorAnswer> of(String line, long id) throws ExtractorTrouble {
        if (!line.startsWith("{")) {
            return Optional.empty();
        }
        JsonNode answer;
        try {
            answer = new BoundedJson("its answer", MOST_TOKENS).tree(line);
        } catch (BadOutputException e) {
            throw new ExtractorTrouble(ExtractorTrouble.Kind.EXTRACTOR_ERROR, String.valueOf(e.getMessage()));
        } catch (IOException notJson) {
            return Optional.empty();
        }
        if (!answer.has("status") || answer.path("id").asLong(id) != id) {
            return Optional.empty();
        }
        return Optional.of(new ExtractorAnswer(
                status(answer.path("status").asText()),
                reason(answer),
                text(answer, "detail", 2000),
                text(answer, "mediaType", 200),
                answer.path("metadata") instanceof ObjectNode ? (ObjectNode) answer.path("metadata") : null,
                answer.path("textChars").asLong(-1),
                text(answer, "textSha256", 64),
                partial(answer)));
    }

    private static ExtractionStatus status(String value) throws ExtractorTrouble {
        for (ExtractionStatus status : ExtractionStatus.values()) {
            if (status.name().equals(value)) {
                return status;
            }
        }
        throw new ExtractorTrouble(
                ExtractorTrouble.Kind.EXTRACTOR_ERROR, "answered with the unknown status '" + value + "'");
    }

    private static @Nullable String reason(JsonNode answer) {
        String reason = answer.path("reason").asText("");
        return REASONS.contains(reason) ? reason : "EXTRACTOR_ERROR";
    }

    private static Set<PartialReason> partial(JsonNode answer) {
        Set<PartialReason> partial = EnumSet.noneOf(PartialReason.class);
        for (JsonNode reason : answer.path("partial")) {
            for (PartialReason known : PartialReason.values()) {
                if (known.name().equals(reason.asText()) && known != PartialReason.EXTRACTOR_FAILED) {
                    partial.add(known);
                }
            }
        }
        return partial;
    }

    private static @Nullable String text(JsonNode answer, String field, int most) {
        JsonNode value = answer.path(field);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            return null;
        }
        return value.textValue().length() <= most
                ? value.textValue()
                : value.textValue().substring(0, most);
    }
}
