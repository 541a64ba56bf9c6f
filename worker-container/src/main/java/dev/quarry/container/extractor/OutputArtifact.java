package dev.quarry.container.extractor;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that an extractor made, in the agent's scratch until it is stored.
 *
 * @param bytes how many were read of it
 * @param sha256 of these, in hex. A program that still holds the file open can change it: who reads it again must compare
 */
public record OutputArtifact(
        String name,
        Path file,
        long bytes,
        String sha256,
        @Nullable String mediaType) {}
