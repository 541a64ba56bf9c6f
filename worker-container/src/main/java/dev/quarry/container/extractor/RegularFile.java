package dev.quarry.container.extractor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Opens files of an untrusted program: a link, FIFO, device or second name of another file is refused before it is opened. */
final class RegularFile {
    private RegularFile() {}

    static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    static long size(Path file) throws IOException, BadOutputException {
        Map<String, Object> attributes =
                Files.readAttributes(file, "unix:isRegularFile,nlink", LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
            throw new BadOutputException(file.getFileName() + " is not a regular file");
        }
        if (!Integer.valueOf(1).equals(attributes.get("nlink"))) {
            throw new BadOutputException(file.getFileName() + " has a second name (hard link)");
        }
        return Files.size(file);
    }

    static InputStream open(Path file, long most) throws IOException, BadOutputException {
        long size = size(file);
        if (size > most) {
            throw new BadOutputException(file.getFileName() + " has " + size + " bytes, allowed are " + most);
        }
        return Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    static byte[] bytes(Path file, long most) throws IOException, BadOutputException {
        try (InputStream in = open(file, most)) {
            return in.readNBytes((int) most);
        }
    }

    static String sha256(Path file, long most) throws IOException, BadOutputException {
        MessageDigest digest = newSha256();
        try (InputStream in = new DigestInputStream(open(file, most), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
