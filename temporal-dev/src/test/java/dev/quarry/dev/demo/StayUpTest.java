package dev.quarry.dev.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StayUpTest {
    private static final int HALF_A_PATH = 10;

    @TempDir
    Path folder = Path.of("set by JUnit");

    private static Path deep(Path path) throws IOException {
        Path deep = path;
        for (int i = 0; i < HALF_A_PATH; i++) {
            deep = deep.resolve("n".repeat(250));
        }
        return Files.createDirectories(deep);
    }

    /** Two halves of a path that the system takes, and no program can name the whole. */
    @Test
    void aFolderThatCannotBeReadIsLeftOutOfTheSize() throws Exception {
        Path state = Files.createDirectory(folder.resolve("state"));
        Files.writeString(state.resolve("rows"), "indexed");
        Path bottom = deep(state.resolve("jobs"));
        Path half = folder.resolve("half");
        deep(half);
        Path whole = bottom.resolve("half");
        Files.move(half, whole);
        try {
            assertThat(StayUp.size(state)).isEqualTo(7);
        } finally {
            Files.move(whole, half);
        }
    }

    @Test
    void theOptionThatIsPrintedLeadsAShellToTheDemo() throws Exception {
        Path state = Files.createDirectory(folder.resolve("it's a \"state\" for $HOME"));
        new RunningDemo(
                        state,
                        URI.create("http://127.0.0.1:1"),
                        state.resolve("secret"),
                        ProcessHandle.current().pid())
                .announce();

        List<String> words = words(StayUp.option(state));

        assertThat(words).hasSize(2).startsWith("--state");
        assertThat(RunningDemo.find(Path.of(words.get(1))).api()).isEqualTo(URI.create("http://127.0.0.1:1"));
        assertThat(StayUp.option(Path.of("/home/ada/state-1"))).isEqualTo(" --state /home/ada/state-1");
    }

    private static List<String> words(String typed) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", "printf '%s\\n'" + typed).start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isZero();
        return said.lines().toList();
    }
}
