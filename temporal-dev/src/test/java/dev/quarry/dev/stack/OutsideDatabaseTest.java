package dev.quarry.dev.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.dev.UsageException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutsideDatabaseTest {
    private static Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "QUARRY_DB_URL", "jdbc:postgresql://db/quarry?user=a&password=secret",
                "QUARRY_DB_USER", "quarry_app",
                "QUARRY_DB_PASSWORD_FILE", "/run/app",
                "QUARRY_DB_OWNER_USER", "quarry_owner",
                "QUARRY_DB_OWNER_PASSWORD_FILE", "/run/owner",
                "QUARRY_DB_PATIENCE", "5s",
                "QUARRY_DB_SILENCE", "",
                "PATH", "/bin"));
    }

    @Test
    void theApiIsToldAllThatTheUserSaysOfIt() {
        OutsideDatabase database = OutsideDatabase.in(environment()).orElseThrow();
        assertThat(database.environment())
                .containsEntry("QUARRY_DB_PATIENCE", "5s")
                .containsEntry("QUARRY_DB_OWNER_USER", "quarry_owner")
                .doesNotContainKeys("PATH", "QUARRY_DB_SILENCE");
    }

    @Test
    void whatIsMissingIsNamed() {
        Map<String, String> environment = environment();
        environment.put("QUARRY_DB_OWNER_USER", "");
        assertThatThrownBy(() -> OutsideDatabase.in(environment))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("Missing: QUARRY_DB_OWNER_USER")
                .hasMessageNotContaining("secret");
    }

    @Test
    void withoutAUrlThereIsNone() {
        Map<String, String> environment = environment();
        environment.put("QUARRY_DB_URL", "");
        assertThat(OutsideDatabase.in(environment)).isEmpty();
    }

    @Test
    void whereItIsHoldsNoPassword() {
        OutsideDatabase database = OutsideDatabase.in(environment()).orElseThrow();
        assertThat(database.place()).isEqualTo("jdbc:postgresql://db/quarry");
        assertThat(database).asString().doesNotContain("secret");
    }
}
