package dev.quarry.dev.corpus;

import java.nio.file.Path;

/** Quarry's part of the user's cache folder, as the XDG base directory specification places it. */
public final class CacheFolder {
    private CacheFolder() {}

    public static Path path() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return base.resolve("quarry");
    }
}
