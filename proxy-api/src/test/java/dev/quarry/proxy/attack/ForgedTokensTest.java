package dev.quarry.proxy.attack;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.quarry.proxy.listener.Listener;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tokens of the job API made by hand. The twins are made by hand too, in the same way, of a good token. */
@ExtendWith(Tally.class)
class ForgedTokensTest {
    private static final int UNAUTHORIZED = 401;

    private final Victim victim = Victim.running();
    private final Forgery good = Forgery.of(victim.token());

    @TestFactory
    Stream<DynamicTest> signatures() throws JOSEException, NoSuchAlgorithmException {
        ECKey key = good.apiKey();
        ECKey own = new ECKeyGenerator(Curve.P_256).keyID(key.getKeyID()).generate();
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        byte[] publicPem = key.toPublicJWK().toECPublicKey().getEncoded();
        byte[] publicJwk = key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
        String published = Call.get(Listener.CONTROL, "/oauth2/jwks").send().body();
        Forgery hs256 = good.header("alg", "HS256");
        String swapped = good.claim("epoch", 2).content();
        return Attack.tests(
                forged("alg none", good.header("alg", "none").unsigned()),
                forged("alg None", good.header("alg", "None").unsigned()),
                forged(
                        "alg none with the signature of a good token",
                        good.header("alg", "none").unsigned() + signature()),
                forged("no signature", good.unsigned()),
                forged("the signature of another token", swapped + "." + signature()),
                forged("HS256 with the public key's encoding", hs256.hmac(publicPem)),
                forged("HS256 with the public JWK", hs256.hmac(publicJwk)),
                forged("HS256 with the whole published set", hs256.hmac(published.getBytes(StandardCharsets.UTF_8))),
                forged("HS256 with an empty secret's stand-in", hs256.hmac(new byte[32])),
                forged(
                        "RS256 by a key of its own",
                        good.header("alg", "RS256").signed("SHA256withRSA", rsa.getPrivate())),
                forged(
                        "RS256 that names our EC key, ES256 signed",
                        good.header("alg", "RS256").signed()),
                forged(
                        "ES384 that names our P-256 key",
                        good.header("alg", "ES384").signed()),
                forged("signed by a key of its own that has our key's id", good.signed(own)),
                forged("a zero signature (CVE-2022-21449)", good.content() + "." + "A".repeat(86)));
    }

    @TestFactory
    Stream<DynamicTest> headers() throws JOSEException {
        ECKey own = new ECKeyGenerator(Curve.P_256).keyID("own").generate();
        Map<String, Object> ownPublic = own.toPublicJWK().toJSONObject();
        return Attack.tests(
                forged("unknown kid", good.header("kid", "nobody").signed()),
                forged(
                        "kid that is a path",
                        good.header("kid", "../../../../dev/null").signed()),
                forged("kid that is SQL", good.header("kid", "s1' or '1'='1").signed()),
                forged(
                        "kid that is a URL",
                        good.header("kid", "http://127.0.0.1:1/key").signed()),
                forged(
                        "kid of a path, HS256 with what /dev/null holds",
                        good.header("alg", "HS256").header("kid", "/dev/null").hmac(new byte[1])),
                forged(
                        "its own key in jwk",
                        good.header("jwk", ownPublic).header("kid", "own").signed(own)),
                forged(
                        "its own key in jwk, our kid",
                        good.header("jwk", ownPublic).signed(own)),
                forged(
                        "its own keys at jku",
                        good.header("jku", "http://127.0.0.1:1/jwks")
                                .header("kid", "own")
                                .signed(own)),
                forged(
                        "its own certificate in x5c",
                        good.header("x5c", List.of("MIIB")).header("kid", "own").signed(own)),
                forged(
                        "its own certificate at x5u",
                        good.header("x5u", "http://127.0.0.1:1/c")
                                .header("kid", "own")
                                .signed(own)),
                forged("typ JWT", good.header("typ", "JWT").signed()),
                forged("no typ", good.header("typ", null).signed()),
                forged("typ of an id token", good.header("typ", "id_token+jwt").signed()),
                forged(
                        "crit that nobody understands",
                        good.header("crit", List.of("exp2")).header("exp2", 1).signed()),
                forged(
                        "unencoded payload (b64)",
                        good.header("crit", List.of("b64")).header("b64", false).signed()));
    }

    @TestFactory
    Stream<DynamicTest> claims() {
        long now = Instant.now().getEpochSecond();
        String job = "urn:quarry:job";
        return Attack.tests(
                forged("wrong issuer", good.claim("iss", "urn:quarry2").signed()),
                forged("issuer with a slash", good.claim("iss", "urn:quarry/").signed()),
                forged("no issuer", good.claim("iss", null).signed()),
                forged("no audience", good.claim("aud", null).signed()),
                forged("no audiences", good.claim("aud", List.of()).signed()),
                forged(
                        "wrong audience",
                        good.claim("aud", List.of("urn:quarry:control")).signed()),
                forged(
                        "one audience too many",
                        good.claim("aud", List.of(job, "urn:quarry:public")).signed()),
                forged(
                        "the audience twice",
                        good.claim("aud", List.of(job, job)).signed()),
                forged(
                        "audience in another case",
                        good.claim("aud", List.of("URN:QUARRY:JOB")).signed()),
                forged("never expires", good.claim("exp", null).signed()),
                forged(
                        "expired beyond the skew",
                        good.claim("exp", now - 8).signed(),
                        good.claim("exp", now + 2).signed()),
                forged("exp as text", good.claim("exp", "tomorrow").signed()),
                forged(
                        "not good yet, beyond the skew",
                        good.claim("nbf", now + 30).signed(),
                        good.claim("nbf", now + 2).signed()),
                forged(
                        "subject that is no attempt",
                        good.claim("sub", "quarry-worker").signed()),
                forged("no subject", good.claim("sub", null).signed()),
                forged(
                        "subject with a path",
                        good.claim("sub", "attempt:../" + victim.attempt).signed()),
                forged("no tenant", good.claim("tenant", null).signed()),
                forged("tenant that is no id", good.claim("tenant", "demo").signed()),
                forged("no epoch", good.claim("epoch", null).signed()),
                forged("epoch as text", good.claim("epoch", "1").signed()),
                forged("an epoch to come", good.claim("epoch", 2).signed()),
                forged(
                        "an epoch that wraps around",
                        good.claim("epoch", (1L << 32) + 1).signed()),
                forged("a fraction of an epoch", good.claim("epoch", 1.5).signed()),
                forged("no serial", good.claim("serial", null).signed()),
                forged("a serial to come", good.claim("serial", 2).signed()),
                forged(
                        "a serial that wraps around",
                        good.claim("serial", (1L << 32) + 1).signed()),
                forged("a serial below all", good.claim("serial", -1).signed()));
    }

    /** Clocks differ by a little: five seconds, no more. */
    @TestFactory
    Stream<DynamicTest> anExpiredTokenRenewsAndDoesNothingElse() {
        long now = Instant.now().getEpochSecond();
        String expired = good.claim("exp", now - 60)
                .claim("iat", now - 660)
                .claim("nbf", now - 660)
                .signed();
        Call renew = Call.post(Listener.JOB, victim.path() + "/renew", "{}");
        Call results = Call.of(Listener.JOB, "POST", victim.path() + "/results").lines(Victim.started(0));
        return Attack.tests(
                Attack.of("an expired token reads items", victim.itemsWith(expired), UNAUTHORIZED, victim.items()),
                Attack.of(
                        "an expired token writes results",
                        results.bearer(expired),
                        UNAUTHORIZED,
                        results.bearer(victim.token())),
                Attack.of(
                        "an expired token with another's signature renews",
                        renew.bearer(expired.substring(0, expired.lastIndexOf('.') + 1) + signature()),
                        UNAUTHORIZED,
                        renew.bearer(expired)),
                Attack.of(
                        "an expired token of the control API renews",
                        renew.bearer(Forgery.of(expired)
                                .claim("aud", List.of("urn:quarry:control"))
                                .signed()),
                        UNAUTHORIZED,
                        renew.bearer(expired)),
                Attack.of(
                        "a path that only ends like renew",
                        Call.get(Listener.JOB, victim.path() + "/items?/renew").bearer(expired),
                        UNAUTHORIZED,
                        Call.get(Listener.JOB, victim.path() + "/items?/renew").bearer(victim.token())));
    }

    @TestFactory
    Stream<DynamicTest> whatIsNoToken() {
        String token = victim.token();
        return Attack.tests(
                forged("nothing", ""),
                forged("two parts", token.substring(0, token.lastIndexOf('.'))),
                forged("four parts", token + ".AAAA"),
                forged("a dot at its end", token + "."),
                forged("five parts, like an encrypted one", token + ".AAAA.AAAA"),
                forged("not base64", "%%%.%%%.%%%"),
                forged("8,000 characters of header", "A".repeat(6000)),
                forged("a client's secret", "0123456789abcdef0123456789abcdef"),
                Attack.of("Basic", items().with("Authorization: Basic " + token), UNAUTHORIZED, items().bearer(token)),
                Attack.of("no scheme", items().with("Authorization: " + token), UNAUTHORIZED, items().bearer(token)),
                Attack.of(
                        "DPoP, which nobody asked for",
                        items().with("Authorization: DPoP " + token),
                        UNAUTHORIZED,
                        items().bearer(token)),
                Attack.of("no token at all", items(), UNAUTHORIZED, items().bearer(token)),
                Attack.of(
                        "in a cookie",
                        items().with("Cookie: access_token=" + token),
                        UNAUTHORIZED,
                        items().bearer(token)));
    }

    private Call items() {
        return Call.get(Listener.JOB, victim.path() + "/items");
    }

    private String signature() {
        return victim.token().substring(victim.token().lastIndexOf('.') + 1);
    }

    /** The twin: the good token's claims, signed by hand as well. */
    private Attack forged(String name, String token) {
        return forged(name, token, good.signed());
    }

    private Attack forged(String name, String token, String twin) {
        return Attack.of(name, victim.itemsWith(token), UNAUTHORIZED, victim.itemsWith(twin));
    }
}
