package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.store.SecretSeal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanCreationException;
import tools.jackson.databind.JsonNode;

class MasterKeyTest {
    private static final String SECRET_OF_STORE = "c2VjcmV0LW9mLXRoZS1zdG9yZQ";

    @Test
    void aMasterKeyIsReplacedInStepsAndEverythingStaysOpen() throws IOException {
        RunningApi one = RunningApi.own();
        String old = one.home().resolve("master").toString();
        String fresh = master(one, 7);
        createStore(one);
        String token = one.clientToken("quarry-worker", "control");
        assertThat(reseal(one)).as("nothing to do").isEqualTo("0 keys, 0 secrets");
        one.close();

        RunningApi two = one.beside(Map.of("quarry.master-key-file", fresh, "quarry.second-master-key-file", old));
        assertThat(two.get(Listener.CONTROL, token, "/control/v1/nothing").status())
                .isEqualTo(404);
        assertThat(reseal(two)).isEqualTo("4 keys, 1 secrets");
        assertThat(reseal(two)).as("once more").isEqualTo("0 keys, 0 secrets");
        two.close();

        RunningApi three = one.beside(Map.of("quarry.master-key-file", fresh));
        assertThat(three.get(Listener.CONTROL, token, "/control/v1/nothing").status())
                .isEqualTo(404);
        assertThat(secretOfStore(three)).isEqualTo(SECRET_OF_STORE);
        three.close();

        assertThatThrownBy(() -> one.beside(Map.of()))
                .isInstanceOf(BeanCreationException.class)
                .rootCause()
                .hasMessageContaining("QUARRY_MASTER_KEY_FILE is not the one");
    }

    @Test
    void withoutAMasterKeyNothingStarts() throws IOException {
        RunningApi shared = RunningApi.shared();
        Path weak = Files.writeString(shared.home().resolve("weak"), "c2hvcnQ=");
        for (String file : new String[] {"", "/nowhere/master", weak.toString()}) {
            assertThatThrownBy(() -> shared.beside(Map.of("quarry.master-key-file", file)))
                    .as("'" + file + "'")
                    .isInstanceOf(BeanCreationException.class)
                    .satisfies(failed -> assertThat(words(failed)).contains("QUARRY_MASTER_KEY_FILE"));
        }
    }

    private static String reseal(RunningApi api) {
        JsonNode answer = api.post(Listener.PUBLIC, api.operatorToken(), "/api/v1/operator/master-key/reseal", "{}")
                .json();
        return answer.get("keys").asInt() + " keys, "
                + answer.get("storeSecrets").asInt() + " secrets";
    }

    private static String words(@Nullable Throwable failed) {
        return failed == null ? "" : failed + " " + words(failed.getCause());
    }

    private static String master(RunningApi api, int filled) throws IOException {
        byte[] key = new byte[32];
        java.util.Arrays.fill(key, (byte) filled);
        return Files.writeString(
                        api.home().resolve("master" + filled),
                        Base64.getEncoder().encodeToString(key))
                .toString();
    }

    private static void createStore(RunningApi api) {
        Answer created = api.post(
                Listener.PUBLIC,
                api.token(Listener.PUBLIC),
                "/api/v1/stores",
                "{\"name\":\"sealed\",\"kind\":\"s3\",\"s3\":{\"bucket\":\"bucket\",\"endpoint\":\"http://127.0.0.1:9\",\"accessKeyId\":\"id\",\"secretAccessKey\":\"%s\"}}"
                        .formatted(SECRET_OF_STORE));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
    }

    private static String secretOfStore(RunningApi api) {
        return api.superuser()
                .sql("select id, secret_sealed from quarry.store where name = 'sealed'")
                .query((row, n) -> api.bean(SecretSeal.class)
                        .open(row.getObject("id", UUID.class), "id", row.getBytes("secret_sealed"))
                        .value())
                .single();
    }
}
