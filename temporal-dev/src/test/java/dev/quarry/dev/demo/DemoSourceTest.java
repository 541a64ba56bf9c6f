package dev.quarry.dev.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.dev.UsageException;
import dev.quarry.dev.stack.StackSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoSourceTest {
    @TempDir
    Path folder = Path.of("set by JUnit");

    @Test
    void aFileIsNotSaidToBeMissing() throws Exception {
        Path file = Files.createFile(folder.resolve("report.pdf"));
        assertThatThrownBy(() -> DemoSource.of(file.toString(), Map.of()))
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll("not a directory", "report.pdf");
        assertThatThrownBy(() -> DemoSource.of(folder.resolve("gone").toString(), Map.of()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no such directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9000", "http//x", "http://", "ftp://host", "http://a b", "host"})
    void anEndpointThatIsNoUrlIsNamedWithItsVariable(String endpoint) {
        assertThatThrownBy(() -> DemoSource.of("s3://bucket", Map.of("AWS_ENDPOINT_URL", endpoint)))
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll("AWS_ENDPOINT_URL", endpoint, "http://HOST:PORT");
        assertThatThrownBy(() -> DemoSource.of("az://account/files", Map.of("AZURE_STORAGE_ENDPOINT", endpoint)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("AZURE_STORAGE_ENDPOINT");
    }

    @Test
    void aPasswordInAnEndpointIsNotPrinted() {
        assertThatThrownBy(() -> DemoSource.of("s3://bucket", Map.of("AWS_ENDPOINT_URL", "me:password@host:9000")))
                .isInstanceOf(UsageException.class)
                .hasMessageNotContaining("password");
    }

    @Test
    void theApiMaySpeakToTheEndpointThatIsNamed() throws Exception {
        DemoSource source = DemoSource.of("s3://bucket", Map.of("AWS_ENDPOINT_URL", "http://localhost:9000"));
        assertThat(source.with(StackSettings.in(folder)).api().environment())
                .containsEntry("QUARRY_STOREENDPOINTS", "localhost:9000");
    }
}
