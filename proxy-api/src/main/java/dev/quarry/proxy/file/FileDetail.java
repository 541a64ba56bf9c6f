package dev.quarry.proxy.file;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One file with what was extracted from its version last concluded, and what happened to it. */
record FileDetail(@JsonUnwrapped FileRow file, List<Extraction> extractions, List<TimelineEvent> timeline) {

    /**
     * @param text its beginning
     * @param isolation the rungs of the sandbox that held around the extractor, by the agent's word
     */
    record Extraction(
            String extractor,
            String version,
            String member,
            String status,
            @Nullable String reason,
            @Nullable String detail,
            @Nullable String mediaType,
            @Nullable JsonNode metadata,
            @Nullable String text,
            @Nullable Long textChars,
            @Nullable String textSha256,
            List<String> partial,
            List<Artifact> artifacts,
            List<String> isolation,
            @Nullable Long millis,
            Instant recordedAt) {}

    record Artifact(UUID artifact, String name, @Nullable String mediaType, long bytes) {}

    record TimelineEvent(
            Instant at,
            String what,
            @Nullable Integer generation,
            @Nullable UUID unit,
            @Nullable Integer epoch,
            @Nullable String job,
            @Nullable String detail,
            @Nullable AskedFor askedFor,
            @Nullable Integer exitCode,
            @Nullable Used used) {}

    /** What an attempt's job asked its scheduler for. */
    record AskedFor(
            int cpuMhz, int memoryMb, int diskMb, @Nullable String nodeClass) {}

    /** What the agent said that its job used; null where it did not say. */
    record Used(
            @Nullable Integer peakMemoryMb,
            @Nullable Integer peakDiskMb,
            @Nullable Double cpuSeconds) {}
}
