package dev.quarry.dev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.stack.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the user of a demo must put right is said in one line, ends with 2, and starts nothing. */
@Timeout(60)
class MistakesTest {
    @TempDir
    Path folder = Path.of("set by JUnit");

    private Path documents = Path.of("set below");

    @BeforeEach
    void documents() throws IOException {
        documents = Files.createDirectory(folder.resolve("documents"));
    }

    @Test
    void noNomadOnThePath() throws Exception {
        assertThat(demo(Map.of("PATH", folder.toString()), "--backend", "nomad"))
                .contains("nomad on the PATH", "NOMAD_ADDR");
    }

    @Test
    void noEmulatedEcs() throws Exception {
        assertThat(demo(Map.of("QUARRY_CACHE", folder.resolve("cache").toString()), "--backend", "ecs"))
                .contains("the emulated ECS is not installed", "./quarry setup");
    }

    @Test
    void aDatabaseWithoutItsRoles() throws Exception {
        assertThat(demo(Map.of("QUARRY_DB_URL", "jdbc:postgresql://db.example/quarry")))
                .contains("Missing: QUARRY_DB_USER");
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void aFreshStateWithADatabaseThatStays() throws Exception {
        Map<String, String> database = Map.of(
                "QUARRY_DB_URL", "jdbc:postgresql://db.example/quarry",
                "QUARRY_DB_USER", "quarry_app",
                "QUARRY_DB_PASSWORD_FILE", "app",
                "QUARRY_DB_OWNER_USER", "quarry_owner",
                "QUARRY_DB_OWNER_PASSWORD_FILE", "owner");
        assertThat(demo(database, "--fresh")).contains("--fresh", "QUARRY_DB_URL");
    }

    @Test
    void aStateInAFile() throws Exception {
        Files.createFile(folder.resolve("state"));
        assertThat(demo(Map.of())).contains(folder.resolve("state") + ": this is no directory", "--state");
    }

    @Test
    void aStateThatIsTheDirectoryItself() throws Exception {
        Files.writeString(documents.resolve("thesis.txt"), "years of work");
        assertThat(demo(Map.of(), "--state", documents.toString(), "--fresh")).contains("holds what is to be indexed");
        assertThat(documents.resolve("thesis.txt")).exists();
    }

    /** All it said: one line, besides stages. */
    private String demo(Map<String, String> environment, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Installation.java().toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dquarry.root=" + Installation.current().root(),
                "-Dlogback.configurationFile=logback-demo.xml",
                "-cp",
                System.getProperty("java.class.path"),
                QuarryCommand.class.getName(),
                "demo",
                documents.toString()));
        if (!List.of(options).contains("--state")) {
            command.addAll(List.of("--state", folder.resolve("state").toString()));
        }
        command.addAll(List.of(options));
        ProcessBuilder demo = new ProcessBuilder(command).redirectErrorStream(true);
        demo.environment().keySet().removeIf(name -> name.matches("(AWS|NOMAD|QUARRY)_.*"));
        demo.environment().putAll(environment);
        Process process = demo.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(2);
        assertThat(said.lines().filter(line -> line.startsWith("quarry: ")))
                .as(said)
                .hasSize(1);
        assertThat(said).doesNotContain("\tat ").doesNotContain("starting");
        return said;
    }
}
