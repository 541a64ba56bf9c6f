package dev.quarry.container.extractor;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What running one extractor on one file came to, its output still unread.
 *
 * @param answer null if there was trouble
 * @param trouble null if there was an answer
 */
public record ExtractorRun(
        ExtractorManifest manifest,
        @Nullable ExtractorAnswer answer,
        @Nullable ExtractorTrouble trouble,
        Path output,
        long millis,
        List<String> isolation) {

    /** The file's media type, if the extractor found out. */
    public @Nullable String mediaType() {
        return answer == null ? null : answer.mediaType();
    }

    public boolean is(ExtractorTrouble.Kind kind) {
        return trouble != null && trouble.kind() == kind;
    }

    /** The disk was full, by the agent's watch or by the extractor's own words. */
    public boolean foundDiskFull() {
        String words = trouble != null
                ? trouble.detail()
                : answer != null && answer.status() == ExtractionStatus.FAILED ? answer.detail() : null;
        return words != null && words.contains("No space left on device");
    }

    /** Reads what the extractor left. Breaking the rules of output makes it a failed extraction. */
    public Extraction extraction() {
        if (answer == null) {
            return failed(
                    trouble == null ? "EXTRACTOR_ERROR" : trouble.kind().name(),
                    trouble == null ? "" : trouble.detail());
        }
        if (answer.status() == ExtractionStatus.FAILED) {
            return failed(answer.reason() == null ? "EXTRACTOR_ERROR" : answer.reason(), answer.detail());
        }
        try {
            ExtractorOutput read = new OutputReader(manifest.limits()).read(output, answer);
            return new Extraction(
                    manifest.name(),
                    manifest.version(),
                    answer.status(),
                    null,
                    answer.detail(),
                    answer.mediaType(),
                    read,
                    millis,
                    isolation);
        } catch (BadOutputException e) {
            return failed("EXTRACTOR_ERROR", e.getMessage());
        }
    }

    /** The extraction that it is when what it left cannot be taken. */
    public Extraction failed(String reason, @Nullable String detail) {
        return new Extraction(
                manifest.name(),
                manifest.version(),
                ExtractionStatus.FAILED,
                reason,
                detail,
                mediaType(),
                ExtractorOutput.NONE,
                millis,
                isolation);
    }
}
