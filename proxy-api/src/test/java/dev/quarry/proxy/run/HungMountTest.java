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
import tools.jackson.databind.JsonNode;

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

    @Test
    void aFileSystemThatHangsBelowTheRootIsAGapAndTheRestIsIndexed() {
        for (int i = 0; i < 40; i++) {
            store.write("d" + i + "/a.txt", "one " + i);
        }
        store.write("hung/deep/b.txt", "two");
        store.open().complete();
        store.write("z/c.txt", "three");
        HungMount mount = HungMount.under(store.id(), "hung");
        try {
            JsonNode totals = completeOver(store.open());
            assertThat(totals.get("gaps").asBoolean()).isTrue();
            assertThat(totals.get("warnings"))
                    .singleElement()
                    .asString()
                    .contains("'hung': the file system has not answered");
            RunsTest.assertCounts(totals, Map.of("listed", 41, "unchanged", 40, "indexed", 1));
            assertThat(store.ledger()).containsKey("hung/deep/b.txt").hasSize(42);
        } finally {
            mount.release();
        }
    }

    /** The first look at the root ends where the mount hangs; the next one knows. */
    private static JsonNode completeOver(TestRun run) {
        Instant deadline = Instant.now().plusSeconds(20);
        int seq = 1;
        while (true) {
            Answer answer = TestStore.control("/" + run.id + "/advance", "{\"seq\":" + seq + "}");
            assertThat(Instant.now()).as(answer.body()).isBefore(deadline);
            if (answer.status() == 200) {
                seq++;
                if (answer.json().get("listingComplete").asBoolean()) {
                    run.work(Map.of());
                    return run.close(false);
                }
            }
        }
    }

    private static void awaitAnswer(TestRun run) {
        Instant deadline = Instant.now().plusSeconds(20);
        while (TestStore.control("/" + run.id + "/advance", "{\"seq\":1}").status() != 200) {
            assertThat(Instant.now()).isBefore(deadline);
        }
    }
}
