package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.Eventually;
import dev.quarry.proxy.RunningApi;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Results as large as they may be do not keep their attempt open. */
class LongTransactionsTest {
    private static final Duration SECONDS = Duration.ofSeconds(10);

    private final RunningApi api = RunningApi.shared();
    private final Victim victim = Victim.running();

    @Test
    void aCancellationComesThroughWhileMillionsOfSegmentsAreWritten() {
        String segments = ",\"segments\":[{}" + ",{}".repeat(99_999) + "]}";
        String[] lines = IntStream.range(0, 100)
                .mapToObj(i -> Victim.extraction(0, "x").replace("}", ",\"member\":\"m" + i + "\"" + segments))
                .toArray(String[]::new);
        CompletableFuture<Reply> reply =
                CompletableFuture.supplyAsync(() -> victim.results(lines).send());
        Eventually.holds("segments are written", this::isWriting);

        long begin = System.nanoTime();
        victim.cancel();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SECONDS);
        assertThat(reply.join().status()).isEqualTo(410);
    }

    private boolean isWriting() {
        return api.superuser()
                .sql(
                        "select exists (select from pg_stat_activity where query like '%insert into quarry.segment%' and pid <> pg_backend_pid() and state = 'active')")
                .query(Boolean.class)
                .single();
    }

    @Test
    void segmentsAreKeptAsTheyWereSent() {
        String segments =
                ",\"segments\":[{\"startMillis\":5,\"endMillis\":7,\"text\":\"a, \\\"b\\\" {c}\",\"embedding\":[0.5,-1e-7]},{\"page\":3,\"box\":[0,0.25,1,1],\"score\":0.125}]}";
        assertThat(victim.results(Victim.extraction(0, "x").replace("}", segments))
                        .send()
                        .lastLine()
                        .status())
                .isEqualTo(200);
        List<String> rows = api.superuser()
                .sql("""
                        select concat_ws('|', ordinal, start_millis, end_millis, page, box, s.text, score, embedding) from quarry.segment s
                        join quarry.extraction e on e.id = s.extraction where e.attempt = cast(? as uuid) order by ordinal""")
                .param(victim.attempt)
                .query(String.class)
                .list();
        assertThat(rows).containsExactly("0|5|7|a, \"b\" {c}|{0.5,-1e-07}", "1|3|{0,0.25,1,1}|0.125");
    }
}
