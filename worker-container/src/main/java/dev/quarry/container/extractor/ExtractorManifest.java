package dev.quarry.container.extractor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An extractor's extractor.yaml.
 *
 * @param process extractors of the same process name are served by one warm process
 * @param needs programs that must be installed, each with the Debian package that has it
 * @param reads files and folders it needs besides its own folder, the image, the JDK and the system's programs; it may execute them
 * @param start EAGER starts while the attempt's items are being listed, LAZY with the first file
 */
public record ExtractorManifest(
        Path folder,
        String name,
        String version,
        String lane,
        Mode mode,
        String process,
        Start start,
        Map<String, String> needs,
        Accepts accepts,
        List<String> command,
        List<Path> reads,
        Limits limits,
        List<String> yields,
        List<Integer> outOfMemoryExits) {

    public enum Mode {
        ONCE,
        WARM
    }

    public enum Start {
        EAGER,
        LAZY
    }

    /** @param mediaTypes `*` and `/*` at the end stand for any */
    public record Accepts(List<String> mediaTypes, long minBytes, long maxBytes) {
        public boolean file(String mediaType, long size) {
            return size >= minBytes
                    && size <= maxBytes
                    && mediaTypes.stream().anyMatch(type -> matches(type, mediaType));
        }

        private static boolean matches(String pattern, String mediaType) {
            String type = mediaType.toLowerCase(Locale.ROOT);
            return pattern.equals("*/*")
                    || (pattern.endsWith("/*") && type.startsWith(pattern.substring(0, pattern.length() - 1)))
                    || pattern.equals(type);
        }
    }

    /**
     * @param memoryMb memory of its process; of a job with a memory limit it gets {@code memoryShare} of that instead, so that a larger
     *     job means a larger extractor
     * @param outputMb bytes it may write: on stdout, and as output files
     * @param files served by one process before it is replaced
     * @param processes it may have at once, itself included
     */
    public record Limits(
            Duration total,
            Duration silence,
            int memoryMb,
            double memoryShare,
            int outputMb,
            int files,
            int processes) {
        int memoryMbIn(int jobMemoryMb) {
            return jobMemoryMb == 0 || memoryShare == 0 ? memoryMb : Math.max(32, (int) (jobMemoryMb * memoryShare));
        }
    }
}
