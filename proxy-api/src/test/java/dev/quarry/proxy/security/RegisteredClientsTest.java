package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.BoundSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

class RegisteredClientsTest {
    @TempDir
    private Path folder;

    private static RegisteredClientRepository clients(Map<String, String> variables) {
        RegisteredClients registered = new RegisteredClients();
        return registered.clients(BoundSettings.of(variables), registered.passwordEncoder());
    }

    @Test
    void onlyAWorkerMustBeThereAndNobodyIsAnAdministratorUnasked() throws IOException {
        String secret = Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef")
                .toString();
        RegisteredClientRepository few = clients(Map.of("QUARRY_WORKER_SECRET_FILE", secret));
        assertThat(few.findByClientId("quarry-worker")).isNotNull();
        assertThat(few.findByClientId("quarry-local")).isNull();
        assertThat(few.findByClientId("quarry-operator")).isNull();
        assertThat(clients(Map.of("QUARRY_WORKER_SECRET_FILE", secret, "QUARRY_LOCAL_SECRET_FILE", secret))
                        .findByClientId("quarry-local"))
                .isNotNull();
        assertThatThrownBy(() -> clients(Map.of())).hasMessageContaining("neither QUARRY_WORKER_SECRET_FILE nor");
    }
}
