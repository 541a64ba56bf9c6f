package dev.quarry.proxy.security;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import dev.quarry.proxy.QuarrySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.stereotype.Component;

/**
 * A service's own signed word that it is who it is (RFC 7523): ES256, issuer and subject the client's id, audience exactly {@code urn:quarry}, at most five
 * minutes long, used once. The file with its public keys is read each time, so that a client's keys change without a restart.
 */
@Component
class ClientAssertions implements JwtDecoderFactory<RegisteredClient> {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final QuarrySettings settings;
    private final UsedProofs used;

    ClientAssertions(QuarrySettings settings, UsedProofs used) {
        this.settings = settings;
        this.used = used;
    }

    @Override
    public JwtDecoder createDecoder(RegisteredClient client) {
        ServiceIdentity service = ServiceIdentity.of(client.getClientId(), settings)
                .orElseThrow(() -> new BadJwtException("no service client: " + client.getClientId()));
        ServiceIdentity.Proof proof = service.proof();
        if (proof.keysFile() == null) {
            throw new BadJwtException("client " + service.id() + " has no keys");
        }
        NimbusJwtDecoder decoder = decoder(keys(proof.variable() + "_KEYS_FILE", proof.keysFile()));
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                equal(JwtClaimNames.ISS, service.id()),
                equal(JwtClaimNames.SUB, service.id()),
                new JwtClaimValidator<List<String>>(
                        JwtClaimNames.AUD, audience -> List.of(Audience.ISSUER).equals(audience)),
                new JwtClaimValidator<Object>(
                        JwtClaimNames.EXP,
                        exp -> exp instanceof Instant end
                                && end.isBefore(Instant.now().plus(LONGEST).plus(TokenDecoders.SKEW))),
                new JwtClaimValidator<String>(JwtClaimNames.JTI, id -> id != null && id.length() <= 200),
                new JwtTimestampValidator(TokenDecoders.SKEW)));
        return assertion -> once(service, decoder.decode(assertion));
    }

    /** @throws IllegalArgumentException if the file holds no JWK set, or private keys */
    static JWKSet keys(String variable, Path file) {
        try {
            JWKSet keys = JWKSet.load(file.toFile());
            if (keys.getKeys().isEmpty()
                    || keys.getKeys().stream()
                            .anyMatch(key -> key.isPrivate()
                                    || !key.getKeyType().getValue().equals("EC"))) {
                throw new IllegalArgumentException(
                        variable + " " + file + " must hold public P-256 keys as a JWK set, and no private ones");
            }
            return keys;
        } catch (IOException | ParseException unfit) {
            throw new IllegalArgumentException(variable + " " + file + " cannot be read as a JWK set", unfit);
        }
    }

    private Jwt once(ServiceIdentity service, Jwt assertion) {
        Instant end = Objects.requireNonNull(assertion.getExpiresAt()).plus(TokenDecoders.SKEW);
        if (!used.isFirst("assertion " + service.id() + " " + assertion.getId(), end)) {
            throw new BadJwtException("this assertion was used before");
        }
        return assertion;
    }

    private static NimbusJwtDecoder decoder(JWKSet keys) {
        return NimbusJwtDecoder.withJwkSource(new ImmutableJWKSet<>(keys))
                .jwsAlgorithm(SignatureAlgorithm.ES256)
                .jwtProcessorCustomizer(processor -> {
                    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
                            JOSEObjectType.JWT, new JOSEObjectType("client-authentication+jwt"), null));
                    processor.setJWTClaimsSetVerifier((claims, context) -> {});
                })
                .build();
    }

    private static JwtClaimValidator<@Nullable Object> equal(String claim, String value) {
        return new JwtClaimValidator<>(claim, given -> given != null && value.equals(given.toString()));
    }
}
