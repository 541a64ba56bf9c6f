package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Fails closed: without its database no API lets anybody in, and none needs help when it is back. */
class DatabaseAwayTest {
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final Duration BACK = Duration.ofSeconds(30);
    private static final RunningApi API = RunningApi.own();

    private static final Map<Call, Integer> CALLS = EveryApi.calls(API);

    @AfterAll
    static void close() {
        API.close();
    }

    @Test
    void withoutTheDatabaseEveryApiSaysSoSoonAndComesBackByItself() throws Exception {
        CALLS.forEach((call, well) ->
                assertThat(call.send().status()).as(call.target()).isEqualTo(well));
        assertThat(EveryApi.withProof(API).send().status()).isEqualTo(404);
        API.postgres().kill();
        try {
            CALLS.keySet().forEach(DatabaseAwayTest::assertAway);
            assertAway(EveryApi.withProof(API));
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
