package dev.quarry.container.item;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;

/** A cheap guess at a file's type, by its first bytes and its name, good until an extractor says better. */
final class MediaTypeHint {
    private static final String UNKNOWN = "application/octet-stream";

    private MediaTypeHint() {}

    static String of(Path input, String name) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(input), 64)) {
            String byContent = URLConnection.guessContentTypeFromStream(in);
            if (byContent != null) {
                return byContent;
            }
        }
        String byName = URLConnection.guessContentTypeFromName(name.replace('#', '_'));
        return byName == null ? UNKNOWN : byName;
    }

    static String refined(String hint, @org.jspecify.annotations.Nullable String found) {
        return found == null || found.isBlank() || found.startsWith(UNKNOWN) ? hint : bare(found);
    }

    private static String bare(String mediaType) {
        int parameters = mediaType.indexOf(';');
        return parameters < 0 ? mediaType : mediaType.substring(0, parameters).strip();
    }
}
