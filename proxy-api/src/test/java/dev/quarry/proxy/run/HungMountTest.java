package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.HungMount;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HungMountTest {
    private final TestStore store = new TestStore();
    private final TestStore other = new TestStore();

    @Test
    void aRunOverAMountThatHangsIsToldToComeAgainAndOtherStoresGoOn() {
        store.write("a.txt", "one");
        other.write("b.txt", "two");
        TestRun run = store.open();
        HungMount mount = HungMount.under(store.id());
        try {
            for (int i = 0; i < 4; i++) {
                Instant start = Instant.now();
                Answer away = TestStore.control("/" + run.id + "/advance", "{\"seq\":1}");
                assertThat(away.status()).as(away.body()).isEqualTo(503);
                assertThat(away.json().get("code").asString()).isEqualTo("store_away");
                assertThat(Duration.between(start, Instant.now())).isLessThan(HungMount.SILENCE.plusSeconds(5));
            }
            RunsTest.assertCounts(other.open().complete(), Map.of("listed", 1, "indexed", 1));
        } finally {
            mount.release();
        }
        awaitAnswer(run);
        run.walkAfter(1);
        run.work(Map.of());
        RunsTest.assertCounts(run.close(false), Map.of("listed", 1, "indexed", 1));
    }

    private static void awaitAnswer(TestRun run) {
        Instant deadline = Instant.now().plusSeconds(20);
        while (TestStore.control("/" + run.id + "/advance", "{\"seq\":1}").status() != 200) {
            assertThat(Instant.now()).isBefore(deadline);
        }
    }
}
