package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** private_key_jwt, RFC 7523. Each refusal has the good assertion beside it that differs in nothing else. */
class ClientAssertionsTest {
    private static final String WORKER = "quarry-worker";

    private final RunningApi api = RunningApi.shared();

    @Test
    void aServiceThatSignsGetsItsTokenAndOneWithTheSecretStillDoes() throws Exception {
        Answer answer = token(WORKER, signed(good().build(), RunningApi.WORKER_KEY), "control");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        String token = answer.json().get("access_token").asString();
        assertThat(api.get(Listener.CONTROL, token, "/control/v1/nothing").status())
                .isEqualTo(404);
        assertThat(api.get(Listener.CONTROL, api.clientToken(WORKER, "control"), "/control/v1/nothing")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anAssertionIsUsedOnce() throws Exception {
        String assertion = signed(good().build(), RunningApi.WORKER_KEY);
        assertThat(token(WORKER, assertion, "control").status()).isEqualTo(200);
        assertThat(token(WORKER, assertion, "control").status()).isEqualTo(401);
    }

    @Test
    void anAssertionUsedAtOneProcessIsRefusedAtTheOther() throws Exception {
        RunningApi other = api.beside(Map.of());
        try {
            String assertion = signed(good().build(), RunningApi.WORKER_KEY);
            assertThat(token(api, WORKER, assertion, "control").status()).isEqualTo(200);
            assertThat(token(other, WORKER, assertion, "control").status()).isEqualTo(401);
            assertThat(token(other, WORKER, signed(good().build(), RunningApi.WORKER_KEY), "control")
                            .status())
                    .isEqualTo(200);
        } finally {
            other.close();
        }
    }

    @Test
    void aBadAssertionIsRefused() throws Exception {
        Instant now = Instant.now();
        List<JWTClaimsSet> bad = List.of(
                good().audience("https://elsewhere.example/oauth2/token").build(),
                good().audience(List.of("urn:quarry", "urn:other")).build(),
                good().issuer("quarry-local").build(),
                good().subject("quarry-local").build(),
                good().expirationTime(Date.from(now.minusSeconds(10))).build(),
                good().expirationTime(Date.from(now.plusSeconds(3600))).build(),
                good().expirationTime(null).build(),
                good().notBeforeTime(Date.from(now.plusSeconds(60))).build(),
                good().jwtID(null).build());
        for (JWTClaimsSet claims : bad) {
            Answer answer = token(WORKER, signed(claims, RunningApi.WORKER_KEY), "control");
            assertThat(answer.status()).as(claims + " " + answer.body()).isEqualTo(401);
        }
        assertThat(token(WORKER, signed(good().build(), RunningApi.key("w1")), "control")
                        .status())
                .as("another key of the same id")
                .isEqualTo(401);
        assertThat(token(WORKER, new PlainJWT(good().build()).serialize(), "control")
                        .status())
                .as("alg none")
                .isEqualTo(401);
    }

    @Test
    void aClientWithoutKeysCannotSignItselfIn() throws Exception {
        JWTClaimsSet local =
                good().issuer("quarry-local").subject("quarry-local").build();
        assertThat(token("quarry-local", signed(local, RunningApi.WORKER_KEY), "read")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void keysOfAClientChangeWithoutARestart() throws Exception {
        ECKey next = RunningApi.key("w2");
        Path file = api.home().resolve("worker-keys");
        String before = Files.readString(file);
        assertThat(token(WORKER, signed(good().build(), next), "control").status())
                .isEqualTo(401);
        try {
            replace(file, new JWKSet(List.of(RunningApi.WORKER_KEY.toPublicJWK(), next.toPublicJWK())).toString());
            assertThat(token(WORKER, signed(good().build(), next), "control").status())
                    .isEqualTo(200);
            assertThat(token(WORKER, signed(good().build(), RunningApi.WORKER_KEY), "control")
                            .status())
                    .isEqualTo(200);
        } finally {
            replace(file, before);
        }
    }

    private static void replace(Path file, String content) throws IOException {
        Files.writeString(file, content);
    }

    private static JWTClaimsSet.Builder good() {
        return new JWTClaimsSet.Builder()
                .issuer(WORKER)
                .subject(WORKER)
                .audience("urn:quarry")
                .jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(Instant.now().plusSeconds(60)));
    }

    private static String signed(JWTClaimsSet claims, ECKey key) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private Answer token(String client, String assertion, String scope) {
        return token(api, client, assertion, scope);
    }

    private static Answer token(RunningApi api, String client, String assertion, String scope) {
        String form = "grant_type=client_credentials&scope=" + scope + "&client_id=" + client
                + "&client_assertion_type="
                + URLEncoder.encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer", StandardCharsets.US_ASCII)
                + "&client_assertion=" + assertion;
        return api.send(HttpRequest.newBuilder(URI.create(api.url(Listener.CONTROL) + "/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build());
    }
}
