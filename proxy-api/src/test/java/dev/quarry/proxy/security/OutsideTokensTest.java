package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** People of another issuer, a real one over HTTP. Each refusal differs from the good token in one thing. */
class OutsideTokensTest {
    private static final String ISSUER = "https://login.example/realm";
    private static final ECKey KEY = RunningApi.key("outside");
    private static final AtomicInteger FETCHES = new AtomicInteger();
    private static final HttpServer SERVER = server();
    private static final RunningApi API = RunningApi.shared()
            .beside(Map.of(
                    "quarry.oidc.issuer",
                    ISSUER,
                    "quarry.oidc.jwks-uri",
                    "http://127.0.0.1:" + SERVER.getAddress().getPort() + "/jwks",
                    "quarry.oidc.audience",
                    "quarry",
                    "quarry.oidc.roles",
                    "readers=VIEWER,owners=TENANT_ADMIN,ops=OPERATOR"));

    @BeforeAll
    static void start() {
        SERVER.start();
    }

    @AfterAll
    static void close() {
        API.close();
        SERVER.stop(0);
    }

    @Test
    void aPersonOfTheIssuerIsWhatTheirClaimsMean() throws Exception {
        assertThat(status(signed(good().build()), "/api/v1/stores")).isEqualTo(200);
        assertThat(status(signed(good().build()), "/api/v1/accounts")).isEqualTo(403);
        String owner = signed(
                good().claim("roles", List.of("readers", "owners", "other")).build());
        assertThat(status(owner, "/api/v1/accounts")).isEqualTo(200);
        String both = signed(good().claim("roles", List.of("readers", "ops")).build());
        assertThat(status(both, "/api/v1/operator/keys"))
                .as("operator only alone")
                .isEqualTo(403);
        String ops = signed(good().claim("roles", List.of("ops")).build());
        assertThat(status(ops, "/api/v1/operator/keys")).isEqualTo(200);
        assertThat(status(ops, "/api/v1/stores")).isEqualTo(403);
    }

    @Test
    void whatIsNotMadeForUsIsRefused() throws Exception {
        Instant now = Instant.now();
        for (JWTClaimsSet bad : List.of(
                good().audience("another").build(),
                good().audience((String) null).build(),
                good().issuer("https://evil.example").build(),
                good().issuer("urn:quarry").build(),
                good().expirationTime(Date.from(now.minusSeconds(10))).build(),
                good().expirationTime(null).build(),
                good().notBeforeTime(Date.from(now.plusSeconds(60))).build(),
                good().claim("nonce", "n").build(),
                good().claim("roles", List.of("strangers")).build(),
                good().claim("roles", null).build(),
                good().claim("tenant", "nowhere").build(),
                good().claim("tenant", null).build(),
                good().subject(null).build())) {
            assertThat(status(signed(bad), "/api/v1/stores")).as(bad.toString()).isEqualTo(401);
        }
        assertThat(status(signed(good().build(), "JWT", KEY), "/api/v1/stores"))
                .as("typ")
                .isEqualTo(401);
        assertThat(status(signed(good().build(), "at+jwt", RunningApi.key("outside")), "/api/v1/stores"))
                .as("another key of the same id")
                .isEqualTo(401);
        assertThat(status(byPublicKey(), "/api/v1/stores"))
                .as("HS256 with the public key")
                .isEqualTo(401);
    }

    @Test
    void itsTokensOpenNeitherControlNorJobApi() throws Exception {
        String token =
                signed(good().audience(List.of("quarry", "urn:quarry:control")).build());
        assertThat(API.get(Listener.CONTROL, token, "/control/v1/nothing").status())
                .isEqualTo(401);
        assertThat(API.get(Listener.JOB, token, "/v1/attempts/x/items").status())
                .isEqualTo(401);
        assertThat(RunningApi.shared()
                        .get(Listener.PUBLIC, signed(good().build()), "/api/v1/stores")
                        .status())
                .as("where no issuer is trusted")
                .isEqualTo(401);
    }

    @Test
    void tokensOfUnknownKeysDoNotMakeUsFetchAgainAndAgain() throws Exception {
        assertThat(status(signed(good().build()), "/api/v1/stores")).isEqualTo(200);
        int before = FETCHES.get();
        for (int i = 0; i < 20; i++) {
            String unknown = signed(good().build(), "at+jwt", RunningApi.key("unknown" + i));
            assertThat(status(unknown, "/api/v1/stores")).isIn(401, 503);
        }
        assertThat(FETCHES.get() - before).isLessThanOrEqualTo(2);
        assertThat(status(signed(good().build()), "/api/v1/stores")).isEqualTo(200);
    }

    @Test
    void withoutTheIssuersKeysItsTokensAre503AndOursAreGood() throws Exception {
        RunningApi alone = RunningApi.shared()
                .beside(Map.of(
                        "quarry.oidc.issuer", ISSUER,
                        "quarry.oidc.jwks-uri", "http://127.0.0.1:1/jwks",
                        "quarry.oidc.audience", "quarry",
                        "quarry.oidc.roles", "readers=VIEWER"));
        try {
            RunningApi.Answer answer = alone.get(Listener.PUBLIC, signed(good().build()), "/api/v1/stores");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().get("code").asString()).isEqualTo("issuer_away");
            assertThat(alone.get(Listener.PUBLIC, alone.token(Listener.PUBLIC), "/api/v1/stores")
                            .status())
                    .isEqualTo(200);
        } finally {
            alone.close();
        }
    }

    private static int status(String token, String path) {
        return API.get(Listener.PUBLIC, token, path).status();
    }

    private static JWTClaimsSet.Builder good() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject("ann")
                .audience("quarry")
                .claim("tenant", "demo")
                .claim("roles", List.of("readers"))
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(60)));
    }

    private static String signed(JWTClaimsSet claims) throws JOSEException {
        return signed(claims, "at+jwt", KEY);
    }

    private static String signed(JWTClaimsSet claims, String type, ECKey key) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType(type))
                        .keyID(key.getKeyID())
                        .build(),
                claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private static String byPublicKey() throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(KEY.getKeyID())
                        .build(),
                good().build());
        jwt.sign(new MACSigner(KEY.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
        return jwt.serialize();
    }

    private static HttpServer server() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            byte[] keys = new JWKSet(KEY.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
            server.createContext("/jwks", exchange -> {
                FETCHES.incrementAndGet();
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, keys.length);
                exchange.getResponseBody().write(keys);
                exchange.close();
            });
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
