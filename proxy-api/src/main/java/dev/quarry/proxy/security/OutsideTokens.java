package dev.quarry.proxy.security;

import com.nimbusds.jwt.JWTParser;
import dev.quarry.proxy.QuarrySettings;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestTemplate;

/**
 * Access tokens of the issuer that the deployment trusts beside itself (docs/adr/0014), on the public API only. Its keys are fetched from the set address alone,
 * never from one that a token names.
 */
@Component
class OutsideTokens {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final QuarrySettings.Oidc oidc;

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
        SimpleClientHttpRequestFactory calls = new SimpleClientHttpRequestFactory();
        calls.setConnectTimeout(PATIENCE);
        calls.setReadTimeout(PATIENCE);
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(String.valueOf(oidc.jwksUri()))
                .jwsAlgorithms(algorithms -> {
                    algorithms.add(SignatureAlgorithm.ES256);
                    algorithms.add(SignatureAlgorithm.RS256);
                    algorithms.add(SignatureAlgorithm.PS256);
                })
                .validateType(false)
                .restOperations(new RestTemplate(calls))
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
            Jwt decoded = decoder.decode(token);
            return Jwt.withTokenValue(token)
                    .headers(headers -> headers.putAll(decoded.getHeaders()))
                    .claims(claims -> claims.putAll(decoded.getClaims()))
                    .claim("scope", "read write")
                    .build();
        }
    }
}
