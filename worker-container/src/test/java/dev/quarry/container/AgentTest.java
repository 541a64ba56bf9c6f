package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What all tests of the whole agent share: the real program as a process, and a job API double that holds it to the contract. */
abstract class AgentTest {
    static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    JobApiDouble api;
    private final Map<String, String> variables = new HashMap<>();
    private @Nullable AgentProcess started;

    @BeforeEach
    void startApi() throws IOException {
        // A folder that other users can get through, as a container's is: extractors of an agent that is root are one.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        api = new JobApiDouble();
    }

    void given(String variable, String value) {
        variables.put(variable, value);
    }

    void start() throws IOException {
        started = AgentProcess.start(api, folder, variables);
    }

    AgentProcess agent() {
        return Objects.requireNonNull(started, "the test has not started the agent");
    }

    int run() throws IOException, InterruptedException {
        start();
        return agent().exit(SOON);
    }

    /** For what starts a program for each file, or takes a machine to its limits. */
    int runPatiently() throws IOException, InterruptedException {
        start();
        return agent().exit(Duration.ofMinutes(2));
    }

    @AfterEach
    void keepsTheContractAndItsSecrets() throws IOException {
        try {
            if (started != null) {
                started.close();
                assertThat(started.log()).doesNotContain("eyJ-secret").doesNotContain(JobApiDouble.TICKET);
            }
            assertThat(api.violations()).isEmpty();
        } finally {
            api.close();
        }
    }
}
