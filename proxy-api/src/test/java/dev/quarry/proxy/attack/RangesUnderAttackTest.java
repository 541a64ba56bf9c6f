package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** One range of an item, within the attempt's budget of bytes. */
@ExtendWith(Tally.class)
class RangesUnderAttackTest {
    private static final int BAD_RANGE = 416;

    private final Victim victim = Victim.running();

    @TestFactory
    Stream<DynamicTest> ranges() {
        return Attack.tests(
                range("two", "bytes=0-1,5-6"),
                range("overlapping", "bytes=0-10,5-20"),
                range("many", "bytes=0-0" + ",0-0".repeat(1000)),
                range("past the end", "bytes=" + Victim.SIZE + "-"),
                range("far past the end", "bytes=999999999999999999-"),
                range("beyond 64 bits", "bytes=0-99999999999999999999"),
                range("beyond 64 bits at its beginning", "bytes=99999999999999999999-"),
                range("backwards", "bytes=5-1"),
                range("from the end", "bytes=-5"),
                range("without ends", "bytes=-"),
                range("negative", "bytes=-5-1"),
                range("with a sign", "bytes=+0-1"),
                range("in hexadecimal", "bytes=0x0-0x1"),
                range("in other digits", "bytes=\u0660-\u0661"),
                range("in another unit", "items=0-1"),
                range("without a unit", "0-1"),
                Attack.of(
                        "a range twice",
                        victim.content(0).with("Range: bytes=0-1").with("Range: bytes=5-6"),
                        BAD_RANGE,
                        good()));
    }

    private Attack range(String name, String range) {
        return Attack.of("a range " + name, victim.content(0).with("Range: " + range), BAD_RANGE, good());
    }

    private Call good() {
        return victim.content(0).with("Range: bytes=0-1");
    }

    @Test
    void aRangeGivesItsBytesAndNoMore() {
        String whole = victim.content(1).send().body();
        assertThat(whole).hasSize(Victim.SIZE);
        Reply part = victim.content(1).with("Range: bytes=998-5000").send();
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.header("Content-Range")).isEqualTo("bytes 998-999/1000");
        assertThat(part.body()).isEqualTo(whole.substring(998));
    }

    @TestFactory
    Stream<DynamicTest> beyondTheBudget() {
        Victim spent = Victim.running();
        spent.change("byte_budget = " + (Victim.SIZE + 10));
        Call whole = spent.content(0);
        return Attack.tests(new Attack(
                "reading more than the budget",
                () -> {
                    whole.send();
                    return whole.send();
                },
                429,
                () -> whole.with("Range: bytes=0-9").send()));
    }

    @Test
    void manySmallRangesAtOnceNeverReadMoreThanTheBudget() throws Exception {
        Victim many = Victim.running();
        many.change("byte_budget = 20");
        List<Reply> replies = AtOnce.all(
                64,
                i -> many.content(i % Victim.FILES)
                        .with("Range: bytes=" + i + "-" + i)
                        .send());
        assertThat(replies.stream().filter(reply -> reply.status() == 206)).hasSize(20);
        List<Reply> refused =
                replies.stream().filter(reply -> !reply.succeeded()).toList();
        assertThat(refused).hasSize(44).allMatch(reply -> reply.status() == 429);
        refused.forEach(reply -> Tally.count("a range beyond the budget", reply));
    }
}
