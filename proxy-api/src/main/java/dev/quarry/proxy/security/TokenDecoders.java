package dev.quarry.proxy.security;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.quarry.proxy.listener.Listener;
import java.time.Duration;
import java.util.List;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Checks a token by itself: signature (ES256 only), typ, issuer, exactly one audience, and its times. */
final class TokenDecoders {
    static final Duration SKEW = Duration.ofSeconds(5);
    static final String LOGIN_TYPE = "login+jwt";

    private static final String ACCESS_TYPE = "at+jwt";

    private TokenDecoders() {}

    static JwtDecoder of(SigningKeys keys, Listener listener) {
        return new VerifiedTokens(
                decoder(keys, ACCESS_TYPE, Audience.of(listener), new JwtTimestampValidator(SKEW)),
                SKEW,
                token -> keys.has(token.getHeaders().get("kid")));
    }

    /** For renew alone: an expired token may still be renewed while its attempt runs (design.md, section 8). */
    static JwtDecoder ofExpiredToo(JWKSource<SecurityContext> keys, Listener listener) {
        return decoder(keys, ACCESS_TYPE, Audience.of(listener), new JwtTimestampValidator(Duration.ofDays(3650)));
    }

    /** What a browser shows of a person who signed in. */
    static JwtDecoder ofLogins(JWKSource<SecurityContext> keys) {
        return decoder(keys, LOGIN_TYPE, Audience.LOGIN, new JwtTimestampValidator(SKEW));
    }

    private static JwtDecoder decoder(
            JWKSource<SecurityContext> keys, String type, String audience, OAuth2TokenValidator<Jwt> times) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSource(keys)
                .jwsAlgorithm(SignatureAlgorithm.ES256)
                .jwtProcessorCustomizer(processor -> {
                    processor.setJWSTypeVerifier((any, context) -> {});
                    processor.setJWTClaimsSetVerifier((claims, context) -> {});
                })
                .build();
        OAuth2TokenValidator<Jwt> forThis = new JwtClaimValidator<List<String>>(
                JwtClaimNames.AUD, aud -> List.of(audience).equals(aud));
        OAuth2TokenValidator<Jwt> expires = new JwtClaimValidator<Object>(JwtClaimNames.EXP, exp -> exp != null);
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTypeValidator(type), new JwtIssuerValidator(Audience.ISSUER), forThis, expires, times));
        return decoder;
    }
}
