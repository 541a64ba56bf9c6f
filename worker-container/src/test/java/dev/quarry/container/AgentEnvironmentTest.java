package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentEnvironmentTest {
    private final Map<String, String> variables = new HashMap<>();

    @TempDir
    Path folder;

    @BeforeEach
    void aGoodEnvironment() throws IOException {
        Files.createDirectories(folder.resolve("extractors"));
        variables.put("QUARRY_API", "http://127.0.0.1:8080/");
        variables.put("QUARRY_TICKET", JobApiDouble.TICKET);
        variables.put("QUARRY_SCRATCH", folder.toString());
    }

    private AgentEnvironment read() {
        return AgentEnvironment.of(variables, folder);
    }

    @Test
    void whatIsNotSaidHasADefault() {
        AgentEnvironment environment = read();

        assertThat(environment.api()).hasToString("http://127.0.0.1:8080");
        assertThat(environment.patience()).isEqualTo(Duration.ofMinutes(5));
        assertThat(environment.concurrency()).isEqualTo(1);
        assertThat(environment.memoryMb()).isZero();
    }

    @Test
    void theTicketIsNotPrinted() {
        assertThat(read().toString()).doesNotContain(JobApiDouble.TICKET);
    }

    @ParameterizedTest
    @CsvSource({
        "QUARRY_API, ''",
        "QUARRY_API, ftp://x",
        "QUARRY_API, 127.0.0.1:80",
        "QUARRY_SCRATCH, relative",
        "QUARRY_SCRATCH, /no/such/place",
        "QUARRY_TICKET_FILE, /no/such/file",
        "QUARRY_MEMORY_MB, much",
        "QUARRY_MEMORY_MB, -1",
        "QUARRY_CONCURRENCY, 0",
        "QUARRY_PATIENCE, 5m",
        "QUARRY_PATIENCE, PT0S",
        "QUARRY_EXTRACTORS, /no/such/folder"
    })
    void whatIsWrongIsNamed(String name, String value) {
        variables.put(name, value);

        assertThatThrownBy(this::read)
                .isInstanceOf(BadEnvironmentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(value);
    }

    @Test
    void aTicketOfAnotherFormIsRefusedWithoutShowingIt() {
        variables.put("QUARRY_TICKET", "password");

        assertThatThrownBy(this::read).hasMessageContaining("ticket").hasMessageNotContaining("password");
    }
}
