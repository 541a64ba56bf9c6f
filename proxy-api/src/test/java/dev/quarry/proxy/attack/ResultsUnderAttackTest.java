package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Tally.class)
class ResultsUnderAttackTest {
    private final Victim victim = Victim.running();

    @TestFactory
    Stream<DynamicTest> otherContentForTheSameKey() {
        String first = Victim.extraction(0, "first");
        return Attack.tests(
                line("another result", 409, Victim.extraction(0, "second"), first, first),
                line(
                        "another outcome",
                        409,
                        "{\"type\":\"done\",\"n\":1,\"outcome\":\"FAILED\",\"reason\":\"CORRUPT\"}",
                        Victim.done(1),
                        Victim.done(1)),
                line("the same result, written otherwise", 409, first.replace(",", ", "), first, first),
                new Attack(
                        "other bytes under an artifact's name",
                        () -> {
                            victim.artifact(0, "a").send();
                            return victim.artifact(0, "a")
                                    .sending(new byte[] {9})
                                    .send();
                        },
                        409,
                        victim.artifact(0, "a")::send));
    }

    /** Whatever a line says of whose it is: only the path, the token and the item's number count. */
    @TestFactory
    Stream<DynamicTest> forWhatIsNotItsOwn() {
        String good = Victim.started(1);
        return Attack.tests(
                line("an item that is not of the attempt", 404, Victim.started(Victim.FILES), good, good),
                line("a result for an item that is not of the attempt", 404, Victim.extraction(77, "x"), good, good),
                line("an outcome for an item that is not of the attempt", 404, Victim.done(77), good, good),
                line("a negative item", 422, Victim.started(-1), good, good),
                line("an item that wraps around", 422, Victim.started("4294967297"), good, good),
                line("an item as text", 422, Victim.started("\"1\""), good, good),
                line("an item as fraction", 422, Victim.started("1.5"), good, good),
                line("an item as exponent", 422, Victim.started("1e0"), good, good),
                line("an item by a leading zero", 422, Victim.started("01"), good, good),
                line("no item", 422, "{\"type\":\"started\"}", good, good),
                line(
                        "an extractor that is a path",
                        422,
                        good.replace("started", "extraction")
                                .replace("}", ",\"extractor\":\"../x\",\"version\":\"1\",\"status\":\"OK\"}"),
                        good,
                        good),
                line(
                        "an outcome that only the API gives",
                        422,
                        Victim.done(1).replace("INDEXED", "DELETED"),
                        good,
                        good),
                line(
                        "a reason that only the cluster gives",
                        422,
                        Victim.done(1).replace("INDEXED\"", "FAILED\",\"reason\":\"OUT_OF_MEMORY\""),
                        good,
                        good),
                line("an artifact that was not put", 422, withArtifact("0".repeat(64)), good, good),
                line("a type of its own", 422, good.replace("started", "promote"), good, good));
    }

    @Test
    void anotherFilesIdInTheBodyChangesNothing() {
        Victim own = Victim.running();
        Victim other = Victim.running();
        String otherFile = RunningApi.shared()
                .superuser()
                .sql("select file::text from quarry.attempt_item where attempt = ? and n = 0")
                .param(UUID.fromString(other.attempt))
                .query(String.class)
                .single();
        String line = Victim.extraction(0, "lies")
                .replace(
                        "{",
                        "{\"file\":\"" + otherFile + "\",\"attempt\":\"" + other.attempt + "\",\"tenant\":\""
                                + UUID.randomUUID() + "\",\"counts\":true,");
        assertThat(own.results(line, Victim.done(0)).send().lastLine().status()).isEqualTo(200);
        own.settle("FAILED", 23);
        assertThat(RunningApi.shared()
                        .superuser()
                        .sql("select count(*) from quarry.extraction where file = ?::uuid")
                        .param(otherFile)
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(recorded(own, 0)).isEqualTo(1);
    }

    @TestFactory
    Stream<DynamicTest> afterAndDuringACancellation() {
        Victim cancelled = Victim.running();
        cancelled.results(Victim.extraction(0, "before")).send();
        cancelled.cancel();
        return Attack.tests(
                Attack.of(
                        "after a cancellation",
                        cancelled.results(Victim.extraction(0, "before")),
                        410,
                        victim.results(Victim.extraction(2, "before"))),
                new Attack(
                        "cancelled while its body is on the way",
                        () -> cancelledMeanwhile(Victim.running()),
                        410,
                        victim.results(Victim.extraction(2, "before"))::send));
    }

    /** The token is good when the headers come, and the attempt is over when the body has come. */
    private static Reply cancelledMeanwhile(Victim dying) {
        Reply reply = SlowBody.send(dying.results(Victim.extraction(0, "late")), dying::cancel);
        assertThat(recorded(dying, 0)).isZero();
        return reply;
    }

    @Test
    void ofSixtyFourDifferentResultsAtOnceOneIsStored() throws Exception {
        Victim raced = Victim.running();
        List<Reply> replies = AtOnce.all(
                64, i -> raced.results(Victim.extraction(0, "text " + i)).send().lastLine());
        assertThat(replies).extracting(Reply::status).containsOnlyOnce(200).containsOnly(200, 409);
        replies.stream().filter(reply -> !reply.succeeded()).forEach(reply -> Tally.count("a result raced for", reply));
        assertThat(recorded(raced, 0)).isEqualTo(1);
    }

    @Test
    void sixtyFourTimesTheSameResultAtOnceIsOne() throws Exception {
        Victim raced = Victim.running();
        List<Reply> replies = AtOnce.all(
                64, i -> raced.results(Victim.extraction(0, "text")).send().lastLine());
        assertThat(replies).extracting(Reply::status).containsOnly(200);
        assertThat(recorded(raced, 0)).isEqualTo(1);
    }

    private static int recorded(Victim victim, int n) {
        return RunningApi.shared()
                .superuser()
                .sql("select count(*) from quarry.extraction where attempt = ? and n = ?")
                .params(UUID.fromString(victim.attempt), n)
                .query(Integer.class)
                .single();
    }

    private static String withArtifact(String sha256) {
        return Victim.extraction(1, "x")
                .replace("}", ",\"artifacts\":[{\"name\":\"never.jpg\",\"sha256\":\"" + sha256 + "\"}]}");
    }

    /** The line after one that was stored, in one request; the twin is a line that differs in that alone. */
    private Attack line(String name, int expected, String line, String before, String twin) {
        Supplier<Reply> attack = () -> victim.results(before, line).send().lastLine();
        return new Attack(
                name,
                attack,
                expected,
                () -> victim.results(before, twin).send().lastLine());
    }
}
