package dev.quarry.container.item;

import dev.quarry.container.extractor.OutputArtifact;
import dev.quarry.container.job.JobApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Sends the bytes of an artifact that were read before, and no others. A warm extractor outlives its answer, and with a descriptor that it
 * kept it can still change what it left.
 */
final class ArtifactSource implements JobApi.Source {
    private static final int CHUNK = 64 * 1024;

    private final OutputArtifact artifact;

    ArtifactSource(OutputArtifact artifact) {
        this.artifact = artifact;
    }

    @Override
    public long length() {
        return artifact.bytes();
    }

    /** @throws ChangedArtifactException if they are not there any more; then not all of them were sent */
    @Override
    public void writeTo(OutputStream out) throws IOException {
        MessageDigest digest = newSha256();
        try (InputStream file = open()) {
            byte[] chunk = new byte[CHUNK];
            for (long left = artifact.bytes(); left > 0; ) {
                int read = read(file, chunk, (int) Math.min(left, CHUNK));
                digest.update(chunk, 0, read);
                left -= read;
                if (left == 0) {
                    insistOnTheSame(digest); // before the last bytes, so that nothing else is ever sent whole
                }
                out.write(chunk, 0, read);
            }
        }
    }

    private void insistOnTheSame(MessageDigest digest) {
        if (!HexFormat.of().formatHex(digest.digest()).equals(artifact.sha256())) {
            throw changed("its bytes are others");
        }
    }

    private InputStream open() {
        try {
            return Files.newInputStream(artifact.file(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw changed(e.toString());
        }
    }

    private int read(InputStream file, byte[] chunk, int most) {
        try {
            int read = file.read(chunk, 0, most);
            if (read > 0) {
                return read;
            }
        } catch (IOException e) {
            throw changed(e.toString());
        }
        throw changed("it is shorter now");
    }

    private ChangedArtifactException changed(String how) {
        return new ChangedArtifactException("artifact " + artifact.name() + " changed after the answer: " + how);
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
