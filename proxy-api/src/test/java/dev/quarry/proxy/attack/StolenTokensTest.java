package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** An agent that binds its tokens to a key (DPoP, RFC 9449): who has the token, and even a proof of it, has nothing. */
@ExtendWith(Tally.class)
class StolenTokensTest {
    private static final String HOST = "http://quarry"; // as Call says it

    private final Victim victim = Victim.pending();
    private final ECKey key = RunningApi.key("agent");
    private final String token =
            claim(proof(claimUrl(), "POST", null).signed(key)).send().text("access_token");

    @TestFactory
    Stream<DynamicTest> aTokenIsNothingWithoutItsKey() {
        String replayed = good().signed(key);
        return Attack.tests(
                attack("bound token as bearer", () -> items().bearer(token)),
                attack(
                        "bound token as bearer, with its proof",
                        () -> items().bearer(token).with("DPoP: " + good().signed(key))),
                attack("no proof", () -> items().with("Authorization: DPoP " + token)),
                attack("two proofs", () -> shown(good().signed(key)).with("DPoP: " + good().signed(key))),
                attack("proof of another key", () -> shown(other(good()))),
                attack("another key's signature", () -> shown(good().signed(RunningApi.key("agent")))),
                new Attack(
                        "proof used before",
                        () -> {
                            assertThat(shown(replayed).send().status()).isEqualTo(200);
                            return shown(replayed).send();
                        },
                        401,
                        () -> shown(good().signed(key)).send()));
    }

    @TestFactory
    Stream<DynamicTest> aProofIsForOneCallOneTokenAndOneMoment() {
        long now = Instant.now().getEpochSecond();
        return Attack.tests(
                changed("htm of another method", proof -> proof.claim("htm", "POST")),
                changed("no htm", proof -> proof.claim("htm", null)),
                changed("htu of another call", proof -> proof.claim("htu", HOST + victim.path() + "/renew")),
                changed(
                        "htu of another host",
                        proof -> proof.claim("htu", "http://elsewhere" + victim.path() + "/items")),
                changed("no htu", proof -> proof.claim("htu", null)),
                changed("ath of another token", proof -> proof.claim("ath", Forgery.hash(token + "x"))),
                changed("no ath", proof -> proof.claim("ath", null)),
                changed("iat long ago", proof -> proof.claim("iat", now - 90)),
                changed("iat to come", proof -> proof.claim("iat", now + 90)),
                changed("no iat", proof -> proof.claim("iat", null)),
                changed("no jti", proof -> proof.claim("jti", null)),
                changed("typ of a token", proof -> proof.header("typ", "at+jwt")),
                changed("no key", proof -> proof.header("jwk", null)),
                changed("private key in it", proof -> proof.header("jwk", key.toJSONObject())),
                attack("alg none", () -> shown(good().header("alg", "none").unsigned())),
                attack(
                        "alg HS256 with the public key",
                        () -> shown(good().header("alg", "HS256")
                                .hmac(key.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)))));
    }

    @TestFactory
    Stream<DynamicTest> aTicketIsClaimedWithAGoodProofOrWithNone() {
        Victim plain = Victim.pending();
        return Attack.tests(new Attack(
                "claim with a proof for another call",
                () -> plain.claim().with("DPoP: " + good().signed(key)).send(),
                401,
                () -> plain.claim().send()));
    }

    @Test
    void aTokenWithoutAKeyIsNotShownAsOneWithAKey() {
        Victim plain = Victim.running();
        String url = HOST + plain.path() + "/items";
        Reply reply = Call.get(Listener.JOB, plain.path() + "/items")
                .with("Authorization: DPoP " + plain.token())
                .with("DPoP: " + proof(url, "GET", plain.token()).signed(key))
                .send();
        Tally.count("plain token as a bound one", reply);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(plain.items().send().status()).isEqualTo(200);
    }

    /** The claim's reply was lost: the same agent asks again, and with its key alone. */
    @Test
    void aSecondClaimWithTheSameNonceNeedsTheSameKey() {
        assertThat(claim(proof(claimUrl(), "POST", null).signed(key)).send().status())
                .isEqualTo(200);
        Reply thief = claim(other(proof(claimUrl(), "POST", null))).send();
        Tally.count("claim with the nonce and another key", thief);
        assertThat(thief.status()).isEqualTo(409);
        assertThat(shown(good().signed(key)).send().status())
                .as("claimed twice: cancelled")
                .isEqualTo(410);
    }

    @Test
    void theNextTokenIsBoundToo() {
        String url = HOST + victim.path() + "/renew";
        Call renew = Call.post(Listener.JOB, victim.path() + "/renew", "{}");
        String expired = Forgery.of(token)
                .claim("iat", Instant.now().getEpochSecond() - 7200)
                .claim("nbf", Instant.now().getEpochSecond() - 7200)
                .claim("exp", Instant.now().getEpochSecond() - 3600)
                .signed();
        Reply asBearer = renew.bearer(expired).send();
        Tally.count("renewal of a bound token as bearer", asBearer);
        assertThat(asBearer.status()).isEqualTo(401);
        Reply renewed = renew.with("Authorization: DPoP " + expired)
                .with("DPoP: " + proof(url, "POST", expired).signed(key))
                .send();
        assertThat(renewed.status()).as(renewed.body()).isEqualTo(200);
        assertThat(renewed.text("token_type")).isEqualTo("DPoP");
        Reply next = items().bearer(renewed.text("access_token")).send();
        Tally.count("renewed token as bearer", next);
        assertThat(next.status()).isEqualTo(401);
    }

    @Test
    void whereProofsAreRequiredATicketIsNotClaimedWithout() {
        RunningApi strict = RunningApi.shared().beside(Map.of("quarry.attempt.require-proof", true));
        try {
            Victim other = Victim.pending();
            Reply refused = other.claim().at(strict).send();
            Tally.count("claim without the proof that is required", refused);
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.text("code")).isEqualTo("proof_needed");
            assertThat(other.claim()
                            .at(strict)
                            .with("DPoP: " + proof(claimUrl(), "POST", null).signed(key))
                            .send()
                            .status())
                    .isEqualTo(200);
        } finally {
            strict.close();
        }
    }

    @Test
    void aProofIsUsedAtOneProcessOfAllOnce() throws Exception {
        RunningApi other = RunningApi.shared().beside(Map.of());
        try {
            Call call = shown(good().signed(key));
            List<Reply> replies = AtOnce.all(16, i -> (i % 2 == 0 ? call : call.at(other)).send());
            assertThat(replies).extracting(Reply::status).containsOnlyOnce(200).containsOnly(200, 401);
            Reply fresh = shown(good().signed(key)).at(other).send();
            assertThat(fresh.status()).as("a fresh one at the other").isEqualTo(200);
        } finally {
            other.close();
        }
    }

    /** Else anybody could fill the database, with a key of their own for each claim. */
    @Test
    void whoHasNoTokenYetLeavesNoProofBehind() {
        int before = proofs();
        Call claim = Victim.claim("qt_" + "A".repeat(64), UUID.randomUUID().toString())
                .with("DPoP: " + proof(claimUrl(), "POST", null).signed(key));
        assertThat(claim.send().status()).isEqualTo(401);
        assertThat(proofs()).as("none more, and perhaps old ones were swept").isLessThanOrEqualTo(before);
        assertThat(shown(good().signed(key)).send().status()).isEqualTo(200);
        assertThat(proofs()).as("of a request with a token").isPositive();
    }

    private static int proofs() {
        return RunningApi.shared()
                .superuser()
                .sql("select count(*) from quarry.used_proof")
                .query(Integer.class)
                .single();
    }

    private Attack attack(String name, java.util.function.Supplier<Call> call) {
        return new Attack(
                name,
                () -> call.get().send(),
                401,
                () -> shown(good().signed(key)).send());
    }

    private Attack changed(String name, UnaryOperator<Forgery> change) {
        return attack(name, () -> shown(change.apply(good()).signed(key)));
    }

    private Call items() {
        return Call.get(Listener.JOB, victim.path() + "/items");
    }

    private Call shown(String proof) {
        return items().with("Authorization: DPoP " + token).with("DPoP: " + proof);
    }

    private Call claim(String proof) {
        return victim.claim().with("DPoP: " + proof);
    }

    private static String claimUrl() {
        return HOST + "/v1/attempts/claim";
    }

    private Forgery good() {
        return proof(HOST + victim.path() + "/items", "GET", token);
    }

    /** As a thief with a key of his own would sign it. */
    private static String other(Forgery proof) {
        ECKey thiefs = RunningApi.key("thief");
        return proof.header("jwk", thiefs.toPublicJWK().toJSONObject()).signed(thiefs);
    }

    private Forgery proof(String url, String method, @Nullable String of) {
        return Forgery.proof(key, url, method, of);
    }
}
