package dev.quarry.container.extractor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * Opens files of an untrusted program: a link, FIFO, device or second name of another file is refused before it is opened. The program may
 * still hold them open and write on, so what is read is counted, and a size is true only for the moment.
 */
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
        InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        return new CountedStream(in, String.valueOf(file.getFileName()), most);
    }

    static byte[] bytes(Path file, long most) throws IOException, BadOutputException {
        try (InputStream in = open(file, most)) {
            return in.readAllBytes();
        }
    }

    /** What was read of a file: another reading may find something else. */
    record Read(long bytes, String sha256) {}

    static Read sha256(Path file, long most) throws IOException, BadOutputException {
        MessageDigest digest = newSha256();
        try (InputStream in = new DigestInputStream(open(file, most), digest)) {
            long bytes = in.transferTo(OutputStream.nullOutputStream());
            return new Read(bytes, HexFormat.of().formatHex(digest.digest()));
        }
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
