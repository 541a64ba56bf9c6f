package dev.quarry.dev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.stack.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./quarry setup} on a machine that lacks something. */
@Timeout(60)
class SetupTest {
    private static final Pattern COMPILER = Pattern.compile("(.*-)?(cc|gcc|c99|c89|clang|tcc)(-[0-9.]+)?");

    @TempDir
    Path folder;

    @Test
    void withoutACCompilerItSaysWhatToInstallAndBuildsNothing() throws Exception {
        ProcessBuilder setup = new ProcessBuilder(
                        "bash", Installation.current().root().resolve("quarry").toString(), "setup", "--no-system")
                .redirectErrorStream(true);
        setup.environment().put("PATH", programsWithoutCompiler().toString());
        setup.environment().put("QUARRY_CACHE", folder.resolve("cache").toString());
        setup.environment().put("XDG_CACHE_HOME", folder.resolve("home").toString());
        Process process = setup.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isEqualTo(2);
        assertThat(said)
                .contains("missing:")
                .contains("gcc")
                .contains("libc6-dev")
                .contains("apt-get install");
    }

    /** All that is on the PATH, but for C compilers. */
    private Path programsWithoutCompiler() throws IOException {
        Path programs = Files.createDirectory(folder.resolve("bin"));
        for (String path : System.getenv("PATH").split(":", -1)) {
            if (path.isEmpty() || !Files.isDirectory(Path.of(path))) {
                continue;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(path))) {
                for (Path file : files) {
                    Path link = programs.resolve(file.getFileName().toString());
                    if (!COMPILER.matcher(file.getFileName().toString()).matches() && !Files.exists(link)) {
                        Files.createSymbolicLink(link, file);
                    }
                }
            }
        }
        return programs;
    }
}
