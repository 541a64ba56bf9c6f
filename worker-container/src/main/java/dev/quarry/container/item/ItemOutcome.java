package dev.quarry.container.item;

import dev.quarry.container.extractor.Extraction;
import dev.quarry.container.extractor.ExtractionStatus;
import dev.quarry.container.extractor.PartialReason;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one item came to, as its `done` line says it (design.md section 7). */
public record ItemOutcome(
        Kind kind,
        @Nullable String reason,
        Set<PartialReason> partial,
        @Nullable String detail) {
    public enum Kind {
        INDEXED,
        NO_CONTENT,
        /** The API refused the content by a filter of the store's, and knows which. */
        FILTERED,
        FAILED
    }

    public static ItemOutcome failed(String reason, String detail) {
        return new ItemOutcome(Kind.FAILED, reason, Set.of(), detail);
    }

    static ItemOutcome filtered() {
        return new ItemOutcome(Kind.FILTERED, null, Set.of(), null);
    }

    public static ItemOutcome noContent(String reason) {
        return new ItemOutcome(Kind.NO_CONTENT, reason, Set.of(), null);
    }

    /**
     * One extractor with content makes the item INDEXED; without any the main extractor speaks for it, which is the first of the
     * lane's extractors that accepted the file.
     */
    static ItemOutcome of(List<Extraction> extractions) {
        if (extractions.isEmpty()) {
            return noContent("UNSUPPORTED_TYPE");
        }
        Set<PartialReason> partial = EnumSet.noneOf(PartialReason.class);
        extractions.forEach(extraction -> partial.addAll(extraction.output().partial()));
        Optional<Extraction> failed = extractions.stream()
                .filter(extraction -> extraction.status() == ExtractionStatus.FAILED)
                .findFirst();
        failed.ifPresent(extraction -> partial.add(PartialReason.EXTRACTOR_FAILED));
        String detail = failed.map(ItemOutcome::words).orElse(null);
        if (extractions.stream().anyMatch(extraction -> extraction.status() == ExtractionStatus.OK)) {
            return new ItemOutcome(Kind.INDEXED, null, partial, detail);
        }
        Extraction main = extractions.get(0);
        if (main.status() == ExtractionStatus.FAILED) {
            return failed(main.reason() == null ? "EXTRACTOR_ERROR" : main.reason(), words(main));
        }
        return new ItemOutcome(Kind.NO_CONTENT, main.status().name(), partial, detail);
    }

    private static String words(Extraction extraction) {
        return extraction.extractor() + ": "
                + (extraction.detail() == null ? extraction.reason() : extraction.detail());
    }
}
