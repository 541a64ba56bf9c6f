package dev.quarry.dev.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StackPartTest {
    @TempDir
    Path folder;

    private StackPart shell(String script, String readyWord) {
        return new StackPart(
                "part",
                new StackPart.Program(List.of("sh", "-c", script), Map.of("GIVEN", "yes"), folder.resolve("part.log")),
                log -> log.contains(readyWord));
    }

    @Test
    void itIsReadyOnlyByWhatThisStartLogged() throws Exception {
        StackPart part = shell("echo up-$GIVEN; exec sleep 600", "up-yes");
        part.start();
        long first = part.pid();
        part.kill();
        part.start();
        assertThat(part.pid()).isNotEqualTo(first);
        part.stop();
        assertThat(part.isAlive()).isFalse();
    }

    @Test
    void oneThatEndsWhileStartingTellsWhatItSaidLast() {
        StackPart part = shell("echo port taken; exit 3", "up");
        assertThatThrownBy(part::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("code 3")
                .hasMessageContaining("port taken");
    }

    @Test
    void anUnheededTermIsFollowedByKill() throws Exception {
        StackPart part = shell("trap '' TERM; echo up; while :; do sleep 1; done", "up");
        part.start();
        part.stop();
        assertThat(part.isAlive()).isFalse();
    }

    @Test
    void itDiesWithAJvmThatWasKilled() throws Exception {
        Process owner = new ProcessBuilder(
                        Installation.java().toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OwnerProgram.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String pid =
                new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.US_ASCII)).readLine();
        ProcessHandle part = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        owner.destroyForcibly().waitFor();
        part.onExit().get(10, TimeUnit.SECONDS);
        assertThat(part.isAlive()).isFalse();
    }

    @Test
    void ofOurEnvironmentItGetsTheLogLevelAndTheLocaleAndNothingOfADatabase() throws Exception {
        ProcessBuilder owner = new ProcessBuilder(
                        Installation.java().toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OwnerProgram.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        owner.environment()
                .putAll(Map.of(
                        "QUARRY_LOG_LEVEL",
                        "WARN",
                        "QUARRY_DB_URL",
                        "jdbc:postgresql://db/quarry",
                        "LC_ALL",
                        "C.UTF-8",
                        "LC_CTYPE",
                        "C.UTF-8"));
        Process jvm = owner.start();
        try {
            assertThat(jvm.inputReader(StandardCharsets.US_ASCII).readLine()).isNotNull();
            assertThat(folder.resolve("owned.log"))
                    .content()
                    .contains("QUARRY_LOG_LEVEL=WARN\n", "LC_ALL=C.UTF-8\n", "LC_CTYPE=C.UTF-8\n")
                    .doesNotContain("QUARRY_DB_URL");
        } finally {
            jvm.destroyForcibly().waitFor();
        }
    }

    /** A JVM of its own that owns one part. */
    static final class OwnerProgram {
        private OwnerProgram() {}

        public static void main(String[] arguments) throws Exception {
            StackPart part = new StackPart(
                    "part",
                    new StackPart.Program(
                            List.of("sh", "-c", "env; echo up; exec sleep 600"),
                            Map.of(),
                            Path.of(arguments[0]).resolve("owned.log")),
                    log -> log.contains("up"));
            part.start();
            System.out.println(part.pid());
            Thread.currentThread().join();
        }
    }
}
