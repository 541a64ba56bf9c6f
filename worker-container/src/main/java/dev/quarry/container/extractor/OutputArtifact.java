package dev.quarry.container.extractor;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that an extractor made, in the agent's scratch until it is stored. */
public record OutputArtifact(
        String name, Path file, String sha256, @Nullable String mediaType) {}
