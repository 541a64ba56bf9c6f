package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Fails closed: without its database no API lets anybody in, and none needs help when it is back. */
class DatabaseAwayTest {
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final Duration BACK = Duration.ofSeconds(30);
    private static final RunningApi API = RunningApi.own();

    /** A call of each API, and what it is answered while all is well. */
    private static final Map<Call, Integer> CALLS = Map.of(
            Call.get(Listener.PUBLIC, "/api/v1/stores")
                            .bearer(API.token(Listener.PUBLIC))
                            .at(API),
                    200,
            Call.get(Listener.CONTROL, "/control/v1/runs/" + UUID.randomUUID())
                            .bearer(API.token(Listener.CONTROL))
                            .at(API),
                    404,
            Call.get(Listener.JOB, "/v1/attempts/" + new UUID(0, 1) + "/items")
                            .bearer(ofAJob())
                            .at(API),
                    404,
            Victim.claim("qt_" + "A".repeat(64), UUID.randomUUID().toString()).at(API), 401,
            Call.get(Listener.PUBLIC, "/actuator/health").at(API), 200);

    private static final ECKey KEY = RunningApi.key("agent");
    private static final String BOUND = boundToKey();

    private static Forgery job() {
        return Forgery.of(API.token(Listener.PUBLIC))
                .claim("aud", List.of("urn:quarry:job"))
                .claim("sub", "attempt:" + new UUID(0, 1))
                .claim("epoch", 1)
                .claim("serial", 1);
    }

    private static String ofAJob() {
        return job().signedBy(API);
    }

    private static String boundToKey() {
        try {
            return job().claim("cnf", Map.of("jkt", KEY.computeThumbprint().toString()))
                    .signedBy(API);
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** With a fresh proof, which no process has seen. */
    private static Call withProof() {
        String path = "/v1/attempts/" + new UUID(0, 1) + "/items";
        return Call.get(Listener.JOB, path)
                .with("Authorization: DPoP " + BOUND)
                .with("DPoP: "
                        + Forgery.proof(KEY, "http://quarry" + path, "GET", BOUND)
                                .signed(KEY))
                .at(API);
    }

    @AfterAll
    static void close() {
        API.close();
    }

    @Test
    void withoutTheDatabaseEveryApiSaysSoSoonAndComesBackByItself() throws Exception {
        CALLS.forEach((call, well) ->
                assertThat(call.send().status()).as(call.target()).isEqualTo(well));
        assertThat(withProof().send().status()).isEqualTo(404);
        API.postgres().kill();
        try {
            CALLS.keySet().forEach(DatabaseAwayTest::assertAway);
            assertAway(withProof());
            CALLS.keySet().forEach(DatabaseAwayTest::assertAway);
        } finally {
            API.postgres().restart();
        }
        CALLS.forEach(DatabaseAwayTest::assertComesBack);
    }

    @Test
    void whoIsServedWhileItGoesAwayIsNeverAnsweredByABrokenCall() throws Exception {
        Set<Integer> seen = new ConcurrentSkipListSet<>();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> callers = CALLS.keySet().stream()
                .filter(call -> call.target().contains("/v1/"))
                .map(call -> new Thread(() -> {
                    while (!over.get()) {
                        seen.add(call.send().status());
                    }
                }))
                .toList();
        callers.forEach(Thread::start);
        while (!seen.containsAll(Set.of(200, 404, 401))) {
            Thread.onSpinWait();
        }
        API.postgres().kill();
        while (!seen.contains(503)) {
            Thread.onSpinWait();
        }
        API.postgres().restart();
        CALLS.forEach(DatabaseAwayTest::assertComesBack);
        over.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(seen).containsExactlyInAnyOrder(200, 401, 404, 503);
    }

    private static void assertAway(Call call) {
        long start = System.nanoTime();
        Reply reply = call.send();
        assertThat(reply.status()).as(call.target() + " " + reply.body()).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as(call.target())
                .isLessThan(SOON);
    }

    private static void assertComesBack(Call call, int well) {
        long start = System.nanoTime();
        Reply reply = call.send();
        while (reply.status() == 503 && System.nanoTime() - start < BACK.toNanos()) {
            reply = call.send();
        }
        assertThat(reply.status()).as(call.target() + " " + reply.body()).isEqualTo(well);
    }
}
