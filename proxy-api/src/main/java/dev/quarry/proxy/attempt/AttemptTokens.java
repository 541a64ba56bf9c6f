package dev.quarry.proxy.attempt;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.security.Audience;
import dev.quarry.proxy.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.stereotype.Component;

/** Access tokens of attempts (design.md, section 8): ES256, at+jwt, no key, path or URL in them. */
@Component
class AttemptTokens {
    private static final String SUBJECT = "attempt:";

    private final JwtEncoder encoder;
    private final Duration life;

    AttemptTokens(JwtEncoder encoder, QuarrySettings settings) {
        this.encoder = encoder;
        this.life = settings.attempt().tokenLife();
    }

    /** What a token says; whether that still holds is the row's business. */
    record Claims(UUID attempt, TenantId tenant, int epoch, int serial) {}

    String mint(AttemptRow attempt, TenantId tenant, int serial) {
        Instant now = Instant.now();
        JwtClaimsSet.Builder claims = JwtClaimsSet.builder()
                .issuer(Audience.ISSUER)
                .audience(List.of(Audience.of(Listener.JOB)))
                .subject(SUBJECT + attempt.id())
                .id(UUID.randomUUID().toString())
                .issuedAt(now)
                .notBefore(now)
                .expiresAt(now.plus(life))
                .claim("client_id", "job-runner")
                .claim("scope", "items.read result.write attempt.renew")
                .claim("tenant", tenant.toString())
                .claim("epoch", attempt.epoch())
                .claim("serial", serial);
        if (attempt.proofKey() != null) {
            claims.claim("cnf", Map.of("jkt", attempt.proofKey()));
        }
        JwsHeader header =
                JwsHeader.with(SignatureAlgorithm.ES256).type("at+jwt").build();
        return encoder.encode(JwtEncoderParameters.from(header, claims.build())).getTokenValue();
    }

    /** How the attempt's tokens are shown. */
    static String type(AttemptRow attempt) {
        return attempt.proofKey() == null ? "Bearer" : "DPoP";
    }

    Duration life() {
        return life;
    }

    /** @throws IllegalArgumentException if a claim is missing or malformed */
    static Claims read(Jwt token) {
        String subject = token.getSubject();
        String tenant = token.getClaimAsString("tenant");
        if (subject == null || !subject.startsWith(SUBJECT) || tenant == null) {
            throw new IllegalArgumentException("not the token of an attempt");
        }
        return new Claims(
                UUID.fromString(subject.substring(SUBJECT.length())),
                TenantId.parse(tenant),
                number(token, "epoch"),
                number(token, "serial"));
    }

    private static int number(Jwt token, String claim) {
        Object value = token.getClaim(claim);
        if (value instanceof Long number && number == number.intValue()) {
            return number.intValue(); // never truncated: 2^32 + 1 is no epoch 1
        }
        throw new IllegalArgumentException("claim " + claim + " is no whole number");
    }
}
