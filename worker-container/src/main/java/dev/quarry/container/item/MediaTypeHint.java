package dev.quarry.container.item;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cheap guess at a file's type, by its first bytes and its name, good until an extractor says better. */
final class MediaTypeHint {
    private static final String UNKNOWN = "application/octet-stream";
    private static final int HEAD = 16;

    // Films and sounds that the JDK's own table lacks.
    private static final Map<String, String> BY_EXTENSION = Map.ofEntries(
            Map.entry("mkv", "video/x-matroska"),
            Map.entry("mka", "audio/x-matroska"),
            Map.entry("wmv", "video/x-ms-wmv"),
            Map.entry("asf", "video/x-ms-asf"),
            Map.entry("flv", "video/x-flv"),
            Map.entry("3gp", "video/3gpp"),
            Map.entry("mts", "video/mp2t"),
            Map.entry("m2ts", "video/mp2t"),
            Map.entry("ogv", "video/ogg"),
            Map.entry("wma", "audio/x-ms-wma"),
            Map.entry("m4b", "audio/mp4"),
            Map.entry("amr", "audio/amr"),
            Map.entry("caf", "audio/x-caf"));

    private MediaTypeHint() {}

    static String of(Path input, String name) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(input), 64)) {
            in.mark(HEAD);
            String bySignature = bySignature(new String(in.readNBytes(HEAD), StandardCharsets.ISO_8859_1));
            in.reset();
            String byContent = bySignature == null ? URLConnection.guessContentTypeFromStream(in) : bySignature;
            return byContent == null ? byName(name) : byContent;
        }
    }

    /** Before the JDK's guess, which takes every RIFF file for a sound. */
    private static @Nullable String bySignature(String head) {
        if (head.startsWith("RIFF") && head.length() == HEAD) {
            return switch (head.substring(8, 12)) {
                case "AVI " -> "video/x-msvideo";
                case "WEBP" -> "image/webp";
                case "WAVE" -> "audio/x-wav";
                default -> null;
            };
        }
        if (head.startsWith("ftyp", 4) && head.length() == HEAD) {
            return switch (head.substring(8, 12)) {
                case "M4A ", "M4B " -> "audio/mp4";
                case "qt  " -> "video/quicktime";
                case "heic", "heix", "mif1", "avif" -> "image/heif";
                default -> "video/mp4";
            };
        }
        return head.startsWith("\032E\337\243") ? "video/x-matroska" : null;
    }

    private static String byName(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String byExtension = BY_EXTENSION.get(extension);
        if (byExtension != null && name.contains(".")) {
            return byExtension;
        }
        String byName = URLConnection.guessContentTypeFromName(name.replace('#', '_'));
        return byName == null ? UNKNOWN : byName;
    }

    static String refined(String hint, @Nullable String found) {
        return found == null || found.isBlank() || found.startsWith(UNKNOWN) ? hint : bare(found);
    }

    private static String bare(String mediaType) {
        int parameters = mediaType.indexOf(';');
        return parameters < 0 ? mediaType : mediaType.substring(0, parameters).strip();
    }
}
