package dev.quarry.container.warm;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One file to extract.
 *
 * @param name a label that hints at the type, never a path
 * @param output the directory for text.txt, artifacts/ and the rest
 * @param progress counted up by whoever gets somewhere; a count that stands still is silence
 */
public record WarmFile(Path input, Path output, String name, long size, AtomicLong progress) {}
