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
 * What comes of it is worth what the account's row says at that moment.
 */
@Component
class LoginTokens {
    private final JwtEncoder encoder;
    private final JwtDecoder decoder;
    private final EndedLogins ended;
    private final Duration life;

    LoginTokens(JwtEncoder encoder, SigningKeys keys, EndedLogins ended, QuarrySettings settings) {
        this.ended = ended;
        this.encoder = encoder;
        this.decoder = TokenDecoders.ofLogins(keys);
        this.life = settings.login().session();
    }

    String mint(SignedIn person) {
        Instant now = Instant.now();
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .id(UUID.randomUUID().toString())
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

    /** Empty if it is none of ours, its time is over, or somebody signed out of it. */
    Optional<SignedIn> read(String token) {
        return decoded(token).filter(login -> !ended.has(id(login))).map(LoginTokens::person);
    }

    /** Each copy of it is worthless from now on. Safe to repeat, and with what is none of ours. */
    void end(String token) {
        decoded(token)
                .ifPresent(login -> ended.add(
                        id(login), Objects.requireNonNull(login.getExpiresAt()).plus(TokenDecoders.SKEW)));
    }

    private Optional<Jwt> decoded(String token) {
        try {
            return Optional.of(decoder.decode(token));
        } catch (JwtException refused) {
            return Optional.empty();
        }
    }

    private static UUID id(Jwt login) {
        return UUID.fromString(Objects.requireNonNull(login.getId()));
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
