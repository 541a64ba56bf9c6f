package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What one process decided, the other knows: the races of one attempt over two APIs on one database. */
@ExtendWith(Tally.class)
class TwoProcessesTest {
    private static final int CALLERS = 64;
    private static final RunningApi OTHER = RunningApi.shared().beside(Map.of());

    @AfterAll
    static void close() {
        OTHER.close();
    }

    private static Reply either(int i, Call call) {
        return (i % 2 == 0 ? call : call.at(OTHER)).send();
    }

    @Test
    void ofSixtyFourThievesOneWinsAndIsThrownOutOfBoth() throws Exception {
        Victim victim = Victim.pending();
        List<Reply> replies = AtOnce.all(
                CALLERS,
                i -> either(i, Victim.claim(victim.ticket, UUID.randomUUID().toString())));
        assertThat(replies).extracting(Reply::status).containsOnlyOnce(200).containsOnly(200, 409, 410);
        replies.stream()
                .filter(reply -> !reply.succeeded())
                .forEach(reply -> Tally.count("a ticket raced for at two", reply));
        String won = replies.stream()
                .filter(Reply::succeeded)
                .findFirst()
                .orElseThrow()
                .text("access_token");
        assertThat(victim.itemsWith(won).send().status()).isEqualTo(410);
        assertThat(victim.itemsWith(won).at(OTHER).send().status()).isEqualTo(410);
    }

    @Test
    void aTokenOfOneIsGoodAtTheOtherUntilItsAttemptIsOver() {
        Victim victim = Victim.running();
        assertThat(victim.items().at(OTHER).send().status()).isEqualTo(200);
        victim.cancel();
        assertThat(victim.items().at(OTHER).send().status()).isEqualTo(410);
    }

    @Test
    void ofSixtyFourDifferentResultsOneIsStored() throws Exception {
        Victim victim = Victim.running();
        List<Reply> replies = AtOnce.all(
                CALLERS,
                i -> either(i, victim.results(Victim.extraction(0, "text " + i)))
                        .lastLine());
        assertThat(replies).extracting(Reply::status).containsOnlyOnce(200).containsOnly(200, 409);
        replies.stream()
                .filter(reply -> !reply.succeeded())
                .forEach(reply -> Tally.count("a result raced for at two", reply));
        assertThat(stored(victim)).isEqualTo(1);
    }

    @Test
    void sixtyFourTimesTheSameResultIsOne() throws Exception {
        Victim victim = Victim.running();
        List<Reply> replies = AtOnce.all(
                CALLERS,
                i -> either(i, victim.results(Victim.extraction(0, "text"))).lastLine());
        assertThat(replies).extracting(Reply::status).containsOnly(200);
        assertThat(stored(victim)).isEqualTo(1);
    }

    private static int stored(Victim victim) {
        return RunningApi.shared()
                .superuser()
                .sql("select count(*) from quarry.extraction where attempt = ?")
                .param(UUID.fromString(victim.attempt))
                .query(Integer.class)
                .single();
    }
}
