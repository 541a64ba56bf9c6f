package dev.quarry.proxy.security;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Codes that wait to be redeemed, at whichever process, once. The database has a code's digest, and what it stands for sealed: who reads the table can redeem
 * nothing, and who writes it can give themselves nothing. Access tokens are not kept: they are checked by themselves and against the account's row.
 */
@Component
class LoginCodes implements OAuth2AuthorizationService {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JdbcClient jdbc;
    private final MasterKey master;
    private final RegisteredClientRepository clients;

    LoginCodes(JdbcClient jdbc, MasterKey master, RegisteredClientRepository clients) {
        this.jdbc = jdbc;
        this.master = master;
        this.clients = clients;
    }

    /** @throws OAuth2AuthenticationException invalid_grant if its code was redeemed meanwhile: the library has looked, but not locked */
    @Override
    public void save(OAuth2Authorization authorization) {
        OAuth2Authorization.Token<OAuth2AuthorizationCode> code = authorization.getToken(OAuth2AuthorizationCode.class);
        if (code == null) {
            return; // of a service
        }
        if (!code.isInvalidated()) {
            keep(authorization, code.getToken());
        } else if (!forget(code.getToken())) {
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
        }
    }

    private void keep(OAuth2Authorization authorization, OAuth2AuthorizationCode code) {
        byte[] digest = Sha256.of(code.getTokenValue());
        LoginCode stands = LoginCode.of(authorization, code);
        jdbc.sql("insert into quarry.login_code (digest, sealed, until) values (?, ?, ?)")
                .params(
                        digest,
                        master.seal(JSON.writeValueAsBytes(stands), associated(digest)),
                        stands.expires().atOffset(ZoneOffset.UTC))
                .update();
    }

    private boolean forget(OAuth2AuthorizationCode code) {
        return jdbc.sql("delete from quarry.login_code where digest = ?")
                        .param(Sha256.of(code.getTokenValue()))
                        .update()
                == 1;
    }

    @Override
    public void remove(OAuth2Authorization authorization) {
        OAuth2Authorization.Token<OAuth2AuthorizationCode> code = authorization.getToken(OAuth2AuthorizationCode.class);
        if (code != null) {
            forget(code.getToken());
        }
    }

    /** Null: nothing here is asked for by id. */
    @Override
    public @Nullable OAuth2Authorization findById(String id) {
        return null;
    }

    @Override
    public @Nullable OAuth2Authorization findByToken(String token, @Nullable OAuth2TokenType type) {
        if (type == null || !OAuth2ParameterNames.CODE.equals(type.getValue())) {
            return null;
        }
        byte[] digest = Sha256.of(token);
        return jdbc.sql("select sealed from quarry.login_code where digest = ?")
                .param(digest)
                .query((row, i) -> JSON.readValue(master.open(row.getBytes(1), associated(digest)), LoginCode.class))
                .optional()
                .map(code -> code.authorization(
                        token, Objects.requireNonNull(clients.findByClientId(RegisteredClients.PEOPLE))))
                .orElse(null);
    }

    /** Those that nobody came for. */
    @Scheduled(fixedDelay = 60_000, initialDelay = 60_000)
    void forgetExpired() {
        jdbc.sql("delete from quarry.login_code where until < now() - interval '1 minute'")
                .update();
    }

    private static byte[] associated(byte[] digest) {
        return ("CODE/" + Base64.getEncoder().encodeToString(digest)).getBytes(StandardCharsets.US_ASCII);
    }
}
