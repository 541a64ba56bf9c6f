package dev.quarry.container.extractor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One extractor's result for one item. */
public record Extraction(
        String extractor,
        String version,
        ExtractionStatus status,
        @Nullable String reason,
        @Nullable String detail,
        @Nullable String mediaType,
        ExtractorOutput output,
        long millis,
        List<String> isolation) {}
