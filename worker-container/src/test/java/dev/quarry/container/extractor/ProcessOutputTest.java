package dev.quarry.container.extractor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessOutputTest {
    private static final String TALKATIVE = "while true; do echo '{\"status\":\"OK\"}'; done";

    @Test
    void ofAKilledProcessThatSaidMoreThanItWasAskedForNoThreadIsLeft() throws Exception {
        Process process = new ProcessBuilder("/bin/sh", "-c", TALKATIVE).start();
        ProcessOutput output = new ProcessOutput(process, "talkative", 1 << 20);
        assertThat(output.nextAnswer(TimeUnit.SECONDS.toNanos(10))).contains("OK");
        Thread reader = reader().orElseThrow();

        output.close();
        process.destroyForcibly().waitFor();

        reader.join(Duration.ofSeconds(10).toMillis());
        assertThat(reader.isAlive()).isFalse();
    }

    private static Optional<Thread> reader() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("talkative-stdout"))
                .findAny();
    }
}
