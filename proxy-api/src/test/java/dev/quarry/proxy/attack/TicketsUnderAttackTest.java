package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.listener.Listener;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Tally.class)
class TicketsUnderAttackTest {
    private static final String NONCE = UUID.randomUUID().toString();

    @TestFactory
    Stream<DynamicTest> forged() {
        Victim victim = Victim.pending();
        Victim other = Victim.pending();
        return Attack.tests(
                forged("another's code under its id", ticket(victim, code(other)), victim),
                forged("no code", victim.ticket.substring(0, 24), victim),
                forged("a code of zeros", ticket(victim, new byte[32]), victim),
                forged("a ticket of nobody", "qt_" + "A".repeat(64), victim),
                forged("one character more", victim.ticket + "A", victim),
                forged("one character less", victim.ticket.substring(0, victim.ticket.length() - 1), victim),
                forged("without its prefix", victim.ticket.substring(3), victim),
                forged("another prefix", "qx_" + victim.ticket.substring(3), victim),
                forged("its prefix in another case", "QT_" + victim.ticket.substring(3), victim),
                forged("padded", victim.ticket + "==", victim),
                forged(
                        "in ordinary base64",
                        "qt_" + victim.ticket.substring(3).replace('-', '+').replace('_', '/') + "+",
                        victim),
                forged("the attempt's id alone", victim.attempt, victim),
                forged("an access token as ticket", Victim.running().token(), victim));
    }

    private static Attack forged(String name, String ticket, Victim victim) {
        return Attack.of(name, Victim.claim(ticket, victim.nonce), 401, victim.claim());
    }

    /** A ticket is 16 bytes of the attempt's id and 32 of its code. */
    private static String ticket(Victim named, byte[] code) {
        byte[] both = Arrays.copyOf(bytes(named), 48);
        System.arraycopy(code, 0, both, 16, code.length);
        return "qt_" + Base64.getUrlEncoder().withoutPadding().encodeToString(both);
    }

    private static byte[] code(Victim victim) {
        return Arrays.copyOfRange(bytes(victim), 16, 48);
    }

    private static byte[] bytes(Victim victim) {
        return Base64.getUrlDecoder().decode(victim.ticket.substring(3));
    }

    @TestFactory
    Stream<DynamicTest> inTheWrongPlace() {
        Victim victim = Victim.running();
        Call items = Call.get(Listener.JOB, victim.path() + "/items");
        Call claim = Call.of(Listener.JOB, "POST", "/v1/attempts/claim");
        String body = "{\"ticket\":\"" + victim.ticket + "\",\"nonce\":\"" + victim.nonce + "\"}";
        String query = "?ticket=" + victim.ticket + "&nonce=" + victim.nonce;
        return Attack.tests(
                Attack.of("as a bearer token", items.bearer(victim.ticket), 401, items.bearer(victim.token())),
                Attack.of("in the query", claim.to("/v1/attempts/claim" + query).json("{}"), 422, claim.json(body)),
                Attack.of(
                        "as a form",
                        claim.with("Content-Type: application/x-www-form-urlencoded")
                                .sending(query.substring(1).getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                        415,
                        claim.json(body)),
                Attack.of("as a GET", claim.by("GET").to("/v1/attempts/claim" + query), 401, claim.json(body)),
                Attack.of("as a list", claim.json("[" + body + "]"), 400, claim.json(body)),
                Attack.of("with a short nonce", Victim.claim(victim.ticket, "short"), 422, victim.claim()),
                Attack.of("with a long nonce", Victim.claim(victim.ticket, "n".repeat(101)), 422, victim.claim()),
                Attack.of(
                        "without a nonce",
                        claim.json("{\"ticket\":\"" + victim.ticket + "\"}"),
                        422,
                        claim.json(body)));
    }

    @TestFactory
    Stream<DynamicTest> usedOrTooLate() {
        Victim used = Victim.running();
        Victim late = Victim.pending();
        late.change("ticket_expires = now() - interval '1 millisecond'");
        Victim pastDeadline = Victim.pending();
        pastDeadline.change("hard_deadline = now() - interval '1 millisecond'");
        Victim cancelled = Victim.pending();
        cancelled.cancel();
        Victim older = Victim.running();
        Victim newer = older.next();
        return Attack.tests(
                Attack.of(
                        "replayed with another nonce",
                        Victim.claim(used.ticket, NONCE),
                        409,
                        Victim.running().claim()),
                Attack.of(
                        "replayed with the first nonce after that",
                        used.claim(),
                        410,
                        Victim.running().claim()),
                Attack.of("expired", late.claim(), 410, Victim.pending().claim()),
                Attack.of(
                        "past the hard deadline",
                        pastDeadline.claim(),
                        410,
                        Victim.pending().claim()),
                Attack.of(
                        "of a cancelled attempt",
                        cancelled.claim(),
                        410,
                        Victim.pending().claim()),
                Attack.of("of an older epoch", older.claim(), 410, newer.claim()));
    }

    @Test
    void ofSixtyFourThievesAtOnceOneWinsAndIsThrownOut() throws Exception {
        Victim victim = Victim.pending();
        List<Reply> replies = AtOnce.all(
                64,
                i -> Victim.claim(victim.ticket, UUID.randomUUID().toString()).send());
        assertThat(replies)
                .extracting(Reply::status)
                .containsOnlyOnce(200)
                .contains(409)
                .allMatch(s -> s == 200 || s == 409 || s == 410);
        String won = replies.stream()
                .filter(Reply::succeeded)
                .findFirst()
                .orElseThrow()
                .text("access_token");
        replies.stream().filter(reply -> !reply.succeeded()).forEach(reply -> Tally.count("a ticket raced for", reply));
        assertThat(victim.itemsWith(won).send().status())
                .as("two held the ticket, so nobody does")
                .isEqualTo(410);
    }

    /** The twin of the race: one agent that asks 64 times, because its replies were lost. */
    @Test
    void sixtyFourRepetitionsOfOneAgentAreOneClaim() throws Exception {
        Victim victim = Victim.pending();
        List<Reply> replies = AtOnce.all(64, i -> victim.claim().send());
        assertThat(replies).extracting(Reply::status).containsOnly(200);
        assertThat(victim.itemsWith(replies.get(63).text("access_token")).send().status())
                .isEqualTo(200);
    }
}
