package dev.quarry.proxy.security;

import dev.quarry.proxy.QuarrySettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/**
 * Who may come for tokens: services by a shared secret or by private_key_jwt (their public keys lie in a JWK set), and people through {@value #PEOPLE}, a public
 * client that must use PKCE.
 */
@Configuration
class RegisteredClients {
    static final String PEOPLE = "quarry-web";
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);
    private static final Duration CODE_LIFE = Duration.ofMinutes(1);

    @Bean
    PasswordEncoder passwordEncoder() {
        return new BCryptPasswordEncoder(6); // the secrets are random, 256 bits: the cost guards nothing
    }

    @Bean
    RegisteredClientRepository clients(QuarrySettings settings, PasswordEncoder encoder) {
        List<RegisteredClient> clients = new ArrayList<>();
        ServiceIdentity.all(settings).stream()
                .map(client -> service(client, client.isNeeded(settings), encoder))
                .flatMap(Optional::stream)
                .forEach(clients::add);
        clients.add(people(settings.login()));
        return new InMemoryRegisteredClientRepository(clients);
    }

    /** Empty if nothing is set for an optional client. @throws IllegalArgumentException if what is set is unfit, or the client needed */
    private static Optional<RegisteredClient> service(ServiceIdentity client, boolean needed, PasswordEncoder encoder) {
        ServiceIdentity.Proof proof = client.proof();
        if (proof.isMissing()) {
            if (!needed) {
                return Optional.empty();
            }
            throw new IllegalArgumentException("neither " + proof.variable() + "_SECRET_FILE nor " + proof.variable()
                    + "_KEYS_FILE is set; one names a file with the secret or the public keys of client "
                    + client.id());
        }
        RegisteredClient.Builder builder = client(client.id())
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .scopes(scopes -> scopes.addAll(client.kind().scopes()))
                .tokenSettings(tokens());
        if (proof.secretFile() != null) {
            builder.clientSecret(encoder.encode(secret(proof.variable() + "_SECRET_FILE", proof.secretFile())))
                    .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        }
        if (proof.keysFile() != null) {
            ClientAssertions.keys(proof.variable() + "_KEYS_FILE", proof.keysFile());
            builder.clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT)
                    .clientSettings(ClientSettings.builder()
                            .tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.ES256)
                            .build());
        }
        return Optional.of(builder.build());
    }

    private static RegisteredClient people(Login login) {
        return client(PEOPLE)
                .clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .redirectUris(uris -> uris.addAll(login.redirectUris()))
                .scope("read")
                .scope("write")
                .clientSettings(ClientSettings.builder()
                        .requireProofKey(true)
                        .requireAuthorizationConsent(false) // it is our own client
                        .build())
                .tokenSettings(tokens())
                .build();
    }

    private static TokenSettings tokens() {
        return TokenSettings.builder()
                .accessTokenTimeToLive(TOKEN_LIFE)
                .authorizationCodeTimeToLive(CODE_LIFE)
                .build();
    }

    private static RegisteredClient.Builder client(String id) {
        return RegisteredClient.withId(UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.US_ASCII))
                        .toString())
                .clientId(id);
    }

    private static String secret(String variable, Path file) {
        try {
            String secret = Files.readString(file).strip();
            if (secret.length() < 32) {
                throw new IllegalArgumentException(
                        variable + " " + file + " is shorter than 32 characters; make one with: openssl rand -hex 32");
            }
            return secret;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(variable + " " + file + " cannot be read", unreadable);
        }
    }
}
