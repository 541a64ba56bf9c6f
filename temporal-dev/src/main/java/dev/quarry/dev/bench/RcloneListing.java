package dev.quarry.dev.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code rclone lsf -R}: a well-known program that lists and does nothing else. */
final class RcloneListing {
    private RcloneListing() {}

    /** Files a second; empty, and said so, where rclone is not installed. */
    static Optional<Double> perSecond(String remote, int files) throws IOException, InterruptedException {
        return perSecond(remote, files, Map.of(), List.of());
    }

    static Optional<Double> perSecond(String remote, int files, Map<String, String> environment, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("rclone", "--config", "", "lsf", "-R", "--files-only"));
        command.addAll(options);
        command.add(remote);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        // The SDK inside Debian's rclone refuses to start with it; the emulated S3 speaks plain HTTP.
        builder.environment().remove("AWS_CA_BUNDLE");
        long start = System.nanoTime();
        Process rclone;
        try {
            rclone = builder.start();
        } catch (IOException notThere) {
            System.err.println("bench: without rclone (apt-get install rclone): " + notThere.getMessage());
            return Optional.empty();
        }
        long listed;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(rclone.getInputStream(), StandardCharsets.UTF_8))) {
            listed = lines.lines().count();
        }
        if (rclone.waitFor() != 0 || listed != files) {
            throw new IOException("rclone listed " + listed + " files and ended with " + rclone.exitValue());
        }
        return Optional.of(files / ((System.nanoTime() - start) / 1e9));
    }
}
