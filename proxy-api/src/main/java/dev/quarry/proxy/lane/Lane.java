package dev.quarry.proxy.lane;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Extractors that run together in one job.
 *
 * @param accepts globs over a file's display name, upper and lower case alike; the first lane that accepts a file gets it
 * @param minSize smallest file that it accepts
 * @param maxSize largest file that it accepts; null for any
 * @param extractorVersions {@code name@version} of what the image holds, part of a file's fingerprint: changing one re-indexes
 * @param nodeClass kind of node that its jobs need, as gpu; null for any
 * @param cpuMhz what a job asks for at least; memory and disk likewise
 * @param diskMb room for a batch of small files: downloads ahead, what extractors write beside them, artifacts and slack
 * @param diskFactor disk per byte of a larger file: once for its download, and as often as its extractors write it again; 0: disk does not grow with the file
 * @param sizes what larger files need, or files of some media types, the smallest first
 * @param bytesPerSecond expected work, for packing
 * @param secondsPerFile expected work besides bytes, for packing
 */
public record Lane(
        String name,
        String image,
        List<String> extractors,
        @DefaultValue List<String> extractorVersions,
        @DefaultValue("*") List<String> accepts,
        @DefaultValue("0B") DataSize minSize,
        @Nullable DataSize maxSize,
        @Nullable String nodeClass,
        @DefaultValue("1000") int cpuMhz,
        @DefaultValue("1024") int memoryMb,
        @DefaultValue("2048") int diskMb,
        @DefaultValue("2") double diskFactor,
        @DefaultValue List<SizeClass> sizes,
        @DefaultValue("14400") int maxRuntimeSeconds,
        @DefaultValue("2000000") long bytesPerSecond,
        @DefaultValue("0.05") double secondsPerFile) {

    static final double MOST_DISK_FACTOR = 1000;

    public Lane {
        if (!name.matches("[a-z0-9][a-z0-9-]{0,39}")) {
            throw new IllegalArgumentException(
                    "quarry.lanes: not a lane name: '" + name + "'; use a-z, 0-9 and '-', at most 40");
        }
        if (extractors.isEmpty()) {
            throw new IllegalArgumentException("quarry.lanes: lane '" + name + "' names no extractors");
        }
        positive(name, "cpu-mhz", cpuMhz);
        positive(name, "memory-mb", memoryMb);
        positive(name, "disk-mb", diskMb);
        positive(name, "max-runtime-seconds", maxRuntimeSeconds);
        if (!(diskFactor >= 0 && diskFactor <= MOST_DISK_FACTOR)) {
            throw new IllegalArgumentException("quarry.lanes: lane '" + name + "': disk-factor is " + diskFactor
                    + "; set 0 for a fixed disk, or up to " + MOST_DISK_FACTOR);
        }
        if (minSize.isNegative() || (maxSize != null && maxSize.compareTo(minSize) < 0)) {
            throw new IllegalArgumentException("quarry.lanes: lane '" + name + "': no file is from min-size " + minSize
                    + " to max-size " + maxSize + "; leave one out or set max-size above min-size");
        }
    }

    private static void positive(String lane, String setting, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(
                    "quarry.lanes: lane '" + lane + "': " + setting + " is " + value + "; set a positive number");
        }
    }

    JobSize base() {
        return new JobSize(cpuMhz, memoryMb, diskMb);
    }

    boolean holds(long bytes) {
        return bytes >= minSize.toBytes() && (maxSize == null || bytes <= maxSize.toBytes());
    }
}
