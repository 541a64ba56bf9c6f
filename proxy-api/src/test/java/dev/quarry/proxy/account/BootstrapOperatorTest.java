package dev.quarry.proxy.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapOperatorTest {
    private static final RunningApi API = RunningApi.shared();

    private final String tenant = People.tenant();

    @TempDir
    private Path folder;

    @Test
    void onceTheAccountIsThereItsPasswordsFileMayGo() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), People.PASSWORD + "\n");
        start(file).close();
        Files.delete(file);
        RunningApi later = start(file);
        try {
            assertThat(new Browser(later)
                            .signIn(tenant, "operator", People.PASSWORD)
                            .status())
                    .isEqualTo(302);
        } finally {
            later.close();
        }
    }

    @Test
    void withoutTheAccountAFileThatIsNotThereIsNamedWithItsVariable() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> start(missing))
                .hasStackTraceContaining("QUARRY_OPERATOR_PASSWORD_FILE " + missing + " cannot be read");
    }

    private RunningApi start(Path passwordFile) {
        return API.beside(
                Map.of("quarry.bootstrap-tenant", tenant, "quarry.operator-password-file", passwordFile.toString()));
    }
}
