package dev.quarry.dev.demo;

import dev.quarry.dev.corpus.CacheFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Where demos keep their state: one folder per source, or per database of the user's own, below the user's cache folder. */
final class StateFolders {
    private static final int NAME_CHARACTERS = 16;

    private StateFolders() {}

    static Path of(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return CacheFolder.path().resolve(HexFormat.of().formatHex(digest).substring(0, NAME_CHARACTERS));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
