package dev.quarry.proxy.security;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.tenant.TenantLookup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

/** Who may have tokens of the authorization server, and what stands in them. Tokens of attempts are minted apart, by {@code AttemptTokens}. */
@Configuration
class TokenIssuer {
    static final String WORKER = "quarry-worker";
    static final String LOCAL = "quarry-local";

    @Bean
    JwtEncoder jwtEncoder(SigningKeys keys) {
        NimbusJwtEncoder encoder = new NimbusJwtEncoder((JWKSource<SecurityContext>) keys);
        encoder.setJwkSelector(candidates -> keys.current());
        return encoder;
    }

    @Bean
    PasswordEncoder passwordEncoder() {
        return new BCryptPasswordEncoder(6); // the secrets are random, 256 bits: the cost guards nothing
    }

    @Bean
    AuthorizationServerSettings authorizationServerSettings() {
        return AuthorizationServerSettings.builder()
                .build(); // the library wants a URL as issuer; ours is set as a claim
    }

    @Bean
    RegisteredClientRepository clients(QuarrySettings settings, PasswordEncoder encoder) {
        RegisteredClient worker = client(WORKER, settings.workerSecretFile(), encoder)
                .scope("control")
                .build();
        RegisteredClient local = client(LOCAL, settings.localSecretFile(), encoder)
                .scope("read")
                .scope("write")
                .build();
        return new InMemoryRegisteredClientRepository(worker, local);
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> issuedClaims(QuarrySettings settings, TenantLookup tenants) {
        return context -> {
            if (!OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
                return;
            }
            boolean worker = WORKER.equals(context.getRegisteredClient().getClientId());
            context.getJwsHeader().type("at+jwt").algorithm(SignatureAlgorithm.ES256);
            context.getClaims()
                    .issuer(Audience.ISSUER)
                    .audience(List.of(Audience.of(worker ? Listener.CONTROL : Listener.PUBLIC)));
            if (!worker) {
                context.getClaims()
                        .claim(
                                "tenant",
                                tenants.byName(settings.bootstrapTenant()).toString());
            }
        };
    }

    private static RegisteredClient.Builder client(String id, @Nullable Path secretFile, PasswordEncoder encoder) {
        return RegisteredClient.withId(UUID.nameUUIDFromBytes(id.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .toString())
                .clientId(id)
                .clientSecret(encoder.encode(secret(id, secretFile)))
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .tokenSettings(TokenSettings.builder()
                        .accessTokenTimeToLive(Duration.ofMinutes(10))
                        .build());
    }

    private static String secret(String id, @Nullable Path file) {
        String variable = WORKER.equals(id) ? "QUARRY_WORKER_SECRET_FILE" : "QUARRY_LOCAL_SECRET_FILE";
        if (file == null) {
            throw new IllegalArgumentException(
                    variable + " is not set; it names a file with the secret of client " + id);
        }
        try {
            String secret = Files.readString(file).strip();
            if (secret.length() < 32) {
                throw new IllegalArgumentException(variable + " " + file
                        + " is shorter than 32 characters; make one with: openssl rand -base64 32");
            }
            return secret;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(variable + " " + file + " cannot be read", unreadable);
        }
    }
}
