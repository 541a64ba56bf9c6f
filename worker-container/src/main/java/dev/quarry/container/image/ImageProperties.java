package dev.quarry.container.image;

import com.drew.imaging.FileType;
import com.drew.imaging.FileTypeDetector;
import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.lang.GeoLocation;
import com.drew.metadata.Directory;
import com.drew.metadata.Metadata;
import com.drew.metadata.Tag;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifSubIFDDirectory;
import com.drew.metadata.exif.GpsDirectory;
import dev.quarry.container.warm.WarmAnswer;
import dev.quarry.container.warm.WarmAnswer.Status;
import dev.quarry.container.warm.WarmExtractor;
import dev.quarry.container.warm.WarmFile;
import dev.quarry.container.warm.WarmLoop;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * An image's properties: every tag that metadata-extractor knows, by directory (the second of a name is `name 2`), and the few that are searched for under names of their
 * own: width and height in pixels as stored, latitude and longitude in degrees (WGS 84), dateTaken in UTC (the camera's clock is taken
 * for UTC where it names no offset), orientation as EXIF has it.
 */
final class ImageProperties implements WarmExtractor {
    private static final int LONGEST_VALUE = 2_000;
    private static final int MOST_OF_A_NAME = 50; // a GIF has some for each of its frames

    @Override
    public WarmAnswer extract(WarmFile file) throws IOException {
        try {
            FileType type = typeOf(file);
            if (type == FileType.Unknown) {
                return WarmAnswer.without(Status.UNSUPPORTED_TYPE, "not an image that metadata-extractor knows");
            }
            Metadata metadata = ImageMetadataReader.readMetadata(file.input().toFile());
            return WarmAnswer.ok(type.getMimeType(), properties(metadata, file));
        } catch (ImageProcessingException e) {
            return WarmAnswer.failed("CORRUPT", WarmLoop.words(e));
        }
    }

    private static FileType typeOf(WarmFile file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file.input()))) {
            return FileTypeDetector.detectFileType(in);
        }
    }

    private static Map<String, Object> properties(Metadata metadata, WarmFile file) {
        Map<String, Object> properties = new LinkedHashMap<>();
        Pixels.of(file.input()).ifPresent(pixels -> {
            properties.put("width", pixels.width());
            properties.put("height", pixels.height());
        });
        put(properties, "dateTaken", dateTaken(metadata));
        put(properties, "orientation", integer(metadata, ExifIFD0Directory.TAG_ORIENTATION));
        GpsDirectory gps = metadata.getFirstDirectoryOfType(GpsDirectory.class);
        GeoLocation location = gps == null ? null : gps.getGeoLocation();
        if (location != null && !location.isZero()) {
            properties.put("latitude", location.getLatitude());
            properties.put("longitude", location.getLongitude());
        }
        properties.put("tags", tags(metadata));
        return properties;
    }

    static @Nullable String dateTaken(Metadata metadata) {
        for (ExifSubIFDDirectory exif : metadata.getDirectoriesOfType(ExifSubIFDDirectory.class)) {
            Date date = exif.getDateOriginal(TimeZone.getTimeZone("UTC"));
            if (date != null) {
                return Instant.ofEpochMilli(date.getTime()).toString();
            }
        }
        return null;
    }

    private static @Nullable Integer integer(Metadata metadata, int tag) {
        ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
        return directory == null ? null : directory.getInteger(tag);
    }

    static Map<String, Map<String, String>> tags(Metadata metadata) {
        Map<String, Map<String, String>> tags = new LinkedHashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        for (Directory directory : metadata.getDirectories()) {
            // The "File" directory tells our own name for the input and when it was downloaded.
            if (directory.getName().toLowerCase(Locale.ROOT).equals("file")) {
                continue;
            }
            int number = seen.merge(directory.getName(), 1, Integer::sum);
            if (number > MOST_OF_A_NAME) {
                continue;
            }
            String name = number == 1 ? directory.getName() : directory.getName() + " " + number;
            Map<String, String> named = tags.computeIfAbsent(name, any -> new LinkedHashMap<>());
            for (Tag tag : directory.getTags()) {
                String value = tag.getDescription();
                if (value != null) {
                    named.put(
                            tag.getTagName(),
                            value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE));
                }
            }
        }
        return tags;
    }

    private static void put(Map<String, Object> properties, String name, @Nullable Object value) {
        if (value != null) {
            properties.put(name, value);
        }
    }
}
