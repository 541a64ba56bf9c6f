package dev.quarry.container.extractor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an extractor left behind, read and capped. */
public record ExtractorOutput(
        @Nullable ObjectNode metadata,
        @Nullable OutputText text,
        List<JsonNode> segments,
        List<OutputArtifact> artifacts,
        Set<PartialReason> partial) {
    public static final ExtractorOutput NONE = new ExtractorOutput(null, null, List.of(), List.of(), Set.of());
}
