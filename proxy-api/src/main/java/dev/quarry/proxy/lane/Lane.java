package dev.quarry.proxy.lane;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Extractors that run together in one job.
 *
 * @param accepts globs over a file's display name; the first lane that accepts a file gets it
 * @param extractorVersions {@code name@version} of what the image holds, part of a file's fingerprint: changing one re-indexes
 * @param bytesPerSecond expected work, for packing
 * @param secondsPerFile expected work besides bytes, for packing
 */
public record Lane(
        String name,
        String image,
        List<String> extractors,
        @DefaultValue List<String> extractorVersions,
        @DefaultValue("*") List<String> accepts,
        @Nullable String nodeClass,
        @DefaultValue("1000") int cpuMhz,
        @DefaultValue("1024") int memoryMb,
        @DefaultValue("2048") int diskMb,
        @DefaultValue("14400") int maxRuntimeSeconds,
        @DefaultValue("2000000") long bytesPerSecond,
        @DefaultValue("0.05") double secondsPerFile) {

    public Lane {
        if (!name.matches("[a-z0-9][a-z0-9-]{0,39}")) {
            throw new IllegalArgumentException(
                    "quarry.lanes: not a lane name: '" + name + "'; use a-z, 0-9 and '-', at most 40");
        }
        if (extractors.isEmpty()) {
            throw new IllegalArgumentException("quarry.lanes: lane '" + name + "' names no extractors");
        }
        if (cpuMhz <= 0 || memoryMb <= 0 || diskMb <= 0 || maxRuntimeSeconds <= 0) {
            throw new IllegalArgumentException("quarry.lanes: lane '" + name + "' has a size that is not positive");
        }
    }
}
