package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.Eventually;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Two processes on one database. The first looks at the keys each second, the other only when it must. */
class KeyRotationTest {
    private static final RunningApi ONE = RunningApi.own();
    private static final RunningApi TWO = ONE.beside(Map.of("quarry.keys.refresh", "1h"));

    @AfterAll
    static void close() {
        TWO.close();
        ONE.close();
    }

    @Test
    void aTokenOfThePreviousKeyIsGoodAndTheNextOneIsSignedByTheNextKey() {
        int current = current(ONE);
        Eventually.holds("the next key is published", () -> published(ONE).contains("s" + (current + 1)));
        String before = worker(ONE);
        rotate(ONE, current);
        String after = worker(ONE);
        assertThat(kid(before)).isEqualTo("s" + current);
        assertThat(kid(after)).isEqualTo("s" + (current + 1));
        assertThat(published(ONE)).contains("s" + current, "s" + (current + 1), "s" + (current + 2));
        for (RunningApi api : List.of(ONE, TWO)) {
            assertThat(call(api, before)).isEqualTo(404);
            assertThat(call(api, after)).isEqualTo(404);
        }
    }

    @Test
    void anotherProcessSignsWithTheNewKeyWithoutARestart() {
        int current = current(TWO);
        rotate(TWO, current);
        Eventually.holds(
                "the first process signs with the new key",
                () -> kid(worker(ONE)).equals("s" + (current + 1)));
    }

    @Test
    void aKeyThatAProcessHasNeverSeenIsLookedUp() {
        int current = current(ONE);
        rotate(ONE, current);
        rotate(ONE, current + 1);
        rotate(ONE, current + 2);
        String token = worker(ONE);
        assertThat(kid(token)).isEqualTo("s" + (current + 3));
        Eventually.holds("the other process knows it", () -> call(TWO, token) == 404);
    }

    @Test
    void rotatedByManyAtOnceIsRotatedOnceAndRepeatingItChangesNothing() throws Exception {
        TWO.bean(SigningKeys.class).refresh(); // another test may have retired the key that it still signs with
        int current = current(ONE);
        ExecutorService pool = Executors.newFixedThreadPool(8);
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            RunningApi api = i % 2 == 0 ? ONE : TWO;
            answers.add(pool.submit(() -> rotate(api, current)));
        }
        for (Future<Answer> answer : answers) {
            assertThat(answer.get().status()).isEqualTo(200);
        }
        pool.shutdown();
        assertThat(current(ONE)).isEqualTo(current + 1);
        rotate(ONE, current);
        assertThat(current(TWO)).isEqualTo(current + 1);
    }

    @Test
    void aKeyFollowsAnOldOneBySchedule() {
        int current = current(ONE);
        ONE.superuser()
                .sql("update quarry.sealed_key set since = now() - interval '31 days' where state = 'CURRENT'")
                .update();
        Eventually.holds("the schedule rotates", () -> current(ONE) == current + 1);
        assertThat(states(ONE, "TICKET").values()).containsOnlyOnce("CURRENT", "NEXT");
    }

    @Test
    void aRetiredKeyOpensNothing() {
        int current = current(ONE);
        Eventually.holds("it signs with it", () -> kid(worker(ONE)).equals("s" + current));
        String token = worker(ONE);
        assertThat(call(ONE, token)).isEqualTo(404);
        rotate(ONE, current);
        ONE.superuser()
                .sql("update quarry.sealed_key set since = now() - interval '3 hours' where state = 'PREVIOUS'")
                .update();
        Eventually.holds(
                "it is retired", () -> "RETIRED".equals(states(ONE, "SIGNING").get(current)));
        Eventually.holds("its token is refused", () -> call(ONE, token) == 401);
        assertThat(published(ONE)).doesNotContain("s" + current);
        assertThat(call(ONE, worker(ONE))).isEqualTo(404);
    }

    @Test
    void keysAreAnOperatorsAndNobodyElses() {
        String people = ONE.clientToken("quarry-local", "read write");
        assertThat(ONE.get(Listener.PUBLIC, people, "/api/v1/operator/keys").status())
                .isEqualTo(403);
        assertThat(ONE.post(Listener.PUBLIC, people, "/api/v1/operator/keys/signing/rotate", "{\"from\":1}")
                        .status())
                .isEqualTo(403);
        assertThat(ONE.post(Listener.PUBLIC, ONE.operatorToken(), "/api/v1/operator/keys/door/rotate", "{\"from\":1}")
                        .status())
                .isEqualTo(404);
        assertThat(ONE.post(Listener.PUBLIC, ONE.operatorToken(), "/api/v1/operator/keys/signing/rotate", "{}")
                        .status())
                .isEqualTo(422);
    }

    private static String worker(RunningApi api) {
        return api.clientToken("quarry-worker", "control");
    }

    /** 404 if the token is good. */
    private static int call(RunningApi api, String token) {
        return api.get(Listener.CONTROL, token, "/control/v1/nothing").status();
    }

    private static Answer rotate(RunningApi api, int from) {
        Answer answer = api.post(
                Listener.PUBLIC,
                api.operatorToken(),
                "/api/v1/operator/keys/signing/rotate",
                "{\"from\":" + from + "}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static int current(RunningApi api) {
        return states(api, "SIGNING").entrySet().stream()
                .filter(key -> key.getValue().equals("CURRENT"))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private static Map<Integer, String> states(RunningApi api, String purpose) {
        JsonNode keys = api.get(Listener.PUBLIC, api.operatorToken(), "/api/v1/operator/keys")
                .json()
                .get("keys");
        Map<Integer, String> states = new TreeMap<>();
        keys.forEach(key -> {
            if (key.get("purpose").asString().equals(purpose)) {
                states.put(key.get("version").asInt(), key.get("state").asString());
            }
        });
        return states;
    }

    private static List<String> published(RunningApi api) {
        List<String> ids = new ArrayList<>();
        api.get(Listener.PUBLIC, "", "/oauth2/jwks").json().get("keys").forEach(key -> {
            assertThat(key.has("d")).as("private part").isFalse();
            ids.add(key.get("kid").asString());
        });
        return ids;
    }

    private static String kid(String token) {
        byte[] header = Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.')));
        return RunningApi.JSON
                .readTree(new String(header, StandardCharsets.UTF_8))
                .get("kid")
                .asString();
    }
}
