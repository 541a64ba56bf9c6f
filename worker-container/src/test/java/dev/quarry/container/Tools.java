package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The programs of the media extractors, outside of any sandbox: for making good files, and as the twins of attacks. */
final class Tools {
    private Tools() {}

    static void assumeInstalled(String... programs) {
        for (String program : programs) {
            Assumptions.assumeTrue(
                    Files.isExecutable(Path.of("/usr/bin", program)),
                    "there is no /usr/bin/" + program
                            + ": ./quarry setup installs ffmpeg, libimage-exiftool-perl and tesseract-ocr as root");
        }
    }

    /** What it wrote to standard output; what it wrote to standard error goes to the test's. */
    static String run(String... command) throws IOException, InterruptedException {
        return run(Arrays.asList(command));
    }

    static String run(String[] command, Path last) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(command));
        all.add(last.toString());
        return run(all);
    }

    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    /** So many seconds of moving pictures and a tone, 320 x 240, in the format of the name's extension. */
    static Path film(Path target, int seconds, String title) throws IOException, InterruptedException {
        String pictures = "testsrc=duration=" + seconds + ":size=320x240:rate=10";
        run(made(List.of("-f", "lavfi", "-i", pictures), target, seconds, title));
        return target;
    }

    /** The same without pictures. */
    static Path sound(Path target, int seconds, String title) throws IOException, InterruptedException {
        run(made(List.of(), target, seconds, title));
        return target;
    }

    private static List<String> made(List<String> before, Path target, int seconds, String title) {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error"));
        command.addAll(before);
        command.addAll(List.of("-f", "lavfi", "-i", "sine=duration=" + seconds, "-metadata", "title=" + title));
        command.add(target.toString());
        return command;
    }
}
