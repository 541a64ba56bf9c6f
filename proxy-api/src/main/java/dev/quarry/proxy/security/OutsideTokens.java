package dev.quarry.proxy.security;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTParser;
import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.problem.Problem;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.stereotype.Component;

/**
 * Access tokens of the issuer that the deployment trusts beside itself (docs/adr/0014), on the public API only. Its keys are fetched from the set address alone,
 * never from one that a token names.
 */
@Component
class OutsideTokens {
    private static final Logger LOG = LoggerFactory.getLogger(OutsideTokens.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final OutsideIssuer oidc;

    OutsideTokens(QuarrySettings settings) {
        this.oidc = settings.oidc();
    }

    /** Tokens that say they are of that issuer go to its decoder, all others to ours. */
    JwtDecoder or(JwtDecoder ours) {
        String issuer = oidc.issuer();
        if (issuer == null) {
            return ours;
        }
        JwtDecoder theirs = new VerifiedTokens(decoder(issuer), TokenDecoders.SKEW, known -> true);
        return token -> issuer.equals(issuerOf(token)) ? theirs.decode(token) : ours.decode(token);
    }

    private JwtDecoder decoder(String issuer) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSource(keys())
                .jwsAlgorithms(algorithms -> {
                    algorithms.add(SignatureAlgorithm.ES256);
                    algorithms.add(SignatureAlgorithm.RS256);
                    algorithms.add(SignatureAlgorithm.PS256);
                })
                .build();
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTypeValidator(oidc.tokenType()),
                new JwtIssuerValidator(issuer),
                new JwtClaimValidator<List<String>>(
                        JwtClaimNames.AUD, audience -> audience != null && audience.contains(oidc.audience())),
                new JwtClaimValidator<Object>(JwtClaimNames.EXP, exp -> exp != null),
                OutsideTokens::noIdToken,
                new JwtTimestampValidator(TokenDecoders.SKEW)));
        return new ScopedDecoder(decoder);
    }

    /** Kept for five minutes. Fetched again for a key that is not among them, but not more often than twice in half a minute, whoever sends what. */
    private JWKSource<SecurityContext> keys() {
        try {
            URL address = URI.create(String.valueOf(oidc.jwksUri())).toURL();
            return JWKSourceBuilder.create(address, new OutsideKeySet(PATIENCE))
                    .refreshAheadCache(false)
                    .build();
        } catch (MalformedURLException noAddress) {
            throw new IllegalArgumentException("quarry.oidc: jwks-uri " + oidc.jwksUri() + " is no address", noAddress);
        }
    }

    /** An ID token is for the client that asked for it, whatever its audience. */
    private static OAuth2TokenValidatorResult noIdToken(Jwt token) {
        return token.hasClaim("nonce")
                ? OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token", "an ID token", null))
                : OAuth2TokenValidatorResult.success();
    }

    private static String issuerOf(String token) {
        try {
            return String.valueOf(JWTParser.parse(token).getJWTClaimsSet().getIssuer());
        } catch (ParseException malformed) {
            return "";
        }
    }

    /** Their scopes are not ours: what its bearer may do is the role's business alone. */
    private record ScopedDecoder(JwtDecoder decoder) implements JwtDecoder {
        @Override
        public Jwt decode(String token) {
            Jwt decoded = known(token);
            return Jwt.withTokenValue(token)
                    .headers(headers -> headers.putAll(decoded.getHeaders()))
                    .claims(claims -> claims.putAll(decoded.getClaims()))
                    .claim("scope", "read write")
                    .build();
        }

        private Jwt known(String token) {
            try {
                return decoder.decode(token);
            } catch (BadJwtException bad) {
                throw bad;
            } catch (JwtException withoutKeys) { // or they were fetched just now and have not this token's
                LOG.warn("the keys of the trusted issuer cannot be fetched: {}", reason(withoutKeys));
                throw new Problem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "issuer_away",
                        "the issuer's keys cannot be fetched; try again",
                        5);
            }
        }

        private static String reason(Throwable failed) {
            Throwable root = failed;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return String.valueOf(root.getMessage());
        }
    }
}
