package dev.quarry.proxy.lane;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;

/**
 * What the files of one range of sizes need. Of a lane's classes for a file's media type the first whose {@code upTo} is not exceeded counts; for a larger file
 * the last.
 *
 * @param upTo largest file; null for any
 * @param mediaTypes as {@code video/*}, told by the name; empty for files that no other class of the lane names
 * @param cpuMhz null: as the lane says; the same for the others
 * @param diskFactor times the file's bytes, see {@link Lane}
 */
public record SizeClass(
        @Nullable DataSize upTo,
        @DefaultValue List<String> mediaTypes,
        @Nullable Integer cpuMhz,
        @Nullable Integer memoryMb,
        @Nullable Integer diskMb,
        @Nullable Double diskFactor) {

    public SizeClass {
        mediaTypes = List.copyOf(mediaTypes);
        mediaTypes.forEach(SizeClass::parsed);
        if (upTo != null && upTo.toBytes() <= 0) {
            throw new IllegalArgumentException(
                    "quarry.lanes: up-to of a size class is " + upTo + "; it must be positive");
        }
        if (diskFactor != null && !(diskFactor >= 0 && diskFactor <= Lane.MOST_DISK_FACTOR)) {
            throw new IllegalArgumentException("quarry.lanes: disk-factor of a size class is " + diskFactor
                    + "; it must be from 0 to " + Lane.MOST_DISK_FACTOR);
        }
    }

    private static MediaType parsed(String pattern) {
        try {
            return MediaType.parseMediaType(pattern);
        } catch (InvalidMediaTypeException invalid) {
            throw new IllegalArgumentException(
                    "quarry.lanes: not a media type: '" + pattern + "'; write it as video/mp4 or video/*", invalid);
        }
    }

    boolean names(MediaType type) {
        return mediaTypes.stream().anyMatch(pattern -> parsed(pattern).includes(type));
    }

    boolean holds(long bytes) {
        return upTo == null || bytes <= upTo.toBytes();
    }

    /** Whether a file can be named by both. */
    boolean overlaps(SizeClass other) {
        return mediaTypes.stream()
                .map(SizeClass::parsed)
                .anyMatch(
                        type -> other.mediaTypes.stream().map(SizeClass::parsed).anyMatch(type::isCompatibleWith));
    }
}
