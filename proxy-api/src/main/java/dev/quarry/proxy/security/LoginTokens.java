package dev.quarry.proxy.security;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.account.SignedIn;
import dev.quarry.proxy.tenant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.stereotype.Component;

/**
 * That a person showed a password a while ago, for their browser to show at whichever process: signed as all tokens are, and good for a code, never at an API.
 * It cannot be taken back; what comes of it is worth what the account's row says at that moment.
 */
@Component
class LoginTokens {
    private final JwtEncoder encoder;
    private final JwtDecoder decoder;
    private final Duration life;

    LoginTokens(JwtEncoder encoder, SigningKeys keys, QuarrySettings settings) {
        this.encoder = encoder;
        this.decoder = TokenDecoders.ofLogins(keys);
        this.life = settings.login().session();
    }

    String mint(SignedIn person) {
        Instant now = Instant.now();
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .issuer(Audience.ISSUER)
                .audience(List.of(Audience.LOGIN))
                .subject(SignedIn.SUBJECT + person.account())
                .issuedAt(now)
                .expiresAt(now.plus(life))
                .claim("tenant", person.tenant().toString())
                .claim("credential", person.credential())
                .build();
        JwsHeader header = JwsHeader.with(SignatureAlgorithm.ES256)
                .type(TokenDecoders.LOGIN_TYPE)
                .build();
        return encoder.encode(JwtEncoderParameters.from(header, claims)).getTokenValue();
    }

    /** Empty if it is none of ours, or its time is over. */
    Optional<SignedIn> read(String token) {
        try {
            return Optional.of(person(decoder.decode(token)));
        } catch (JwtException refused) {
            return Optional.empty();
        }
    }

    /** What we signed has all of these. */
    private static SignedIn person(Jwt token) {
        String account = Objects.requireNonNull(token.getSubject()).substring(SignedIn.SUBJECT.length());
        return new SignedIn(
                TenantId.parse(Objects.requireNonNull(token.getClaimAsString("tenant"))),
                UUID.fromString(account),
                Objects.requireNonNull((Number) token.getClaim("credential")).intValue());
    }
}
