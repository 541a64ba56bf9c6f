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

    private TokenDecoders() {}

    static JwtDecoder of(SigningKeys keys, Listener listener) {
        return new VerifiedTokens(
                decoder(keys, listener, new JwtTimestampValidator(SKEW)),
                SKEW,
                token -> keys.has(token.getHeaders().get("kid")));
    }

    /** For renew alone: an expired token may still be renewed while its attempt runs (design.md, section 8). */
    static JwtDecoder ofExpiredToo(JWKSource<SecurityContext> keys, Listener listener) {
        return decoder(keys, listener, new JwtTimestampValidator(Duration.ofDays(3650)));
    }

    private static JwtDecoder decoder(
            JWKSource<SecurityContext> keys, Listener listener, OAuth2TokenValidator<Jwt> times) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSource(keys)
                .jwsAlgorithm(SignatureAlgorithm.ES256)
                .jwtProcessorCustomizer(processor -> {
                    processor.setJWSTypeVerifier((type, context) -> {});
                    processor.setJWTClaimsSetVerifier((claims, context) -> {});
                })
                .build();
        OAuth2TokenValidator<Jwt> audience = new JwtClaimValidator<List<String>>(
                JwtClaimNames.AUD, aud -> List.of(Audience.of(listener)).equals(aud));
        OAuth2TokenValidator<Jwt> expires = new JwtClaimValidator<Object>(JwtClaimNames.EXP, exp -> exp != null);
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTypeValidator("at+jwt"), new JwtIssuerValidator(Audience.ISSUER), audience, expires, times));
        return decoder;
    }
}
