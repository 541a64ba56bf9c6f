package dev.quarry.container.tika;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Hashes and counts the whole text, and writes as much of its beginning to a file as the API would take. */
final class KeptText extends Writer {
    private static final int BUFFER = 16 * 1024; // Tika writes word by word
    private static final long MOST_BYTES = 16L << 20;

    private final MessageDigest digest;
    private final Writer writer;
    private final AtomicLong progress;
    private long chars;
    private boolean blank = true;

    KeptText(Path file, AtomicLong progress) throws IOException {
        this.progress = progress;
        this.digest = newDigest();
        OutputStream kept = new Beginning(Files.newOutputStream(file));
        OutputStream hashed = new DigestOutputStream(kept, digest);
        this.writer = new BufferedWriter(new OutputStreamWriter(hashed, StandardCharsets.UTF_8), BUFFER);
    }

    @Override
    public void write(char[] buffer, int offset, int length) throws IOException {
        writer.write(buffer, offset, length);
        chars += length;
        progress.addAndGet(length);
        for (int i = offset; blank && i < offset + length; i++) {
            blank = buffer[i] <= ' ';
        }
    }

    long chars() {
        return chars;
    }

    boolean isBlank() {
        return blank;
    }

    /** Of the whole text; to be asked for after close. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void flush() {
        // Tika flushes after every document part; the file is read after close only.
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static final class Beginning extends OutputStream {
        private final OutputStream out;
        private long left = MOST_BYTES;

        Beginning(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int keep = (int) Math.min(left, length);
            out.write(bytes, offset, keep);
            left -= keep;
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
