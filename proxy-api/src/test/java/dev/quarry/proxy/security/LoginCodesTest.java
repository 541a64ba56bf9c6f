package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.account.SignedIn;
import dev.quarry.proxy.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/** What the database knows of codes, and what who reads or writes it can make of that. */
class LoginCodesTest {
    private static final OAuth2TokenType CODE = new OAuth2TokenType("code");

    private final RunningApi api = RunningApi.shared();
    private final LoginCodes codes = api.bean(LoginCodes.class);
    private final RegisteredClient client =
            Objects.requireNonNull(api.bean(RegisteredClientRepository.class).findByClientId(RegisteredClients.PEOPLE));
    private final SignedIn person = new SignedIn(new TenantId(UUID.randomUUID()), UUID.randomUUID(), 7);

    @Test
    void aCodeStandsForTheSamePersonAndRequestAtAnyProcess() {
        OAuth2Authorization given = given("one", Instant.now().plusSeconds(60));
        codes.save(given);
        OAuth2Authorization found = found("one");
        assertThat(found.getAuthorizedScopes()).isEqualTo(given.getAuthorizedScopes());
        assertThat(((Authentication) Objects.requireNonNull(found.getAttribute(Principal.class.getName())))
                        .getPrincipal())
                .isEqualTo(person);
        OAuth2AuthorizationRequest request =
                Objects.requireNonNull(found.getAttribute(OAuth2AuthorizationRequest.class.getName()));
        assertThat(request.getRedirectUri()).isEqualTo("http://127.0.0.1:1/callback");
        assertThat(request.getAdditionalParameters())
                .containsEntry("code_challenge", "c")
                .containsEntry("code_challenge_method", "S256");
    }

    @Test
    void theDatabaseHoldsNeitherTheCodeNorWhoseItIs() {
        codes.save(given("secret-code", Instant.now().plusSeconds(60)));
        byte[] sealed = sealed("secret-code");
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
                .doesNotContain("secret-code", person.account().toString(), "callback");
    }

    @Test
    void whatOneCodeStandsForCannotBePutUnderAnother() {
        codes.save(given("of-an-admin", Instant.now().plusSeconds(60)));
        api.superuser()
                .sql("insert into quarry.login_code (digest, sealed, until) values (?, ?, now())")
                .params(Sha256.of("of-a-thief"), sealed("of-an-admin"))
                .update();
        assertThatThrownBy(() -> codes.findByToken("of-a-thief", CODE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void ofTwoRedemptionsThatBothLookedFirstOneIsRefused() {
        codes.save(given("raced", Instant.now().plusSeconds(60)));
        OAuth2Authorization redeemed = redeemed(found("raced"));
        OAuth2Authorization late = redeemed(found("raced"));
        codes.save(redeemed);
        assertThatThrownBy(() -> codes.save(late))
                .isInstanceOfSatisfying(
                        OAuth2AuthenticationException.class,
                        refused -> assertThat(refused.getError().getErrorCode()).isEqualTo("invalid_grant"));
        assertThat(codes.findByToken("raced", CODE)).isNull();
    }

    @Test
    void codesThatNobodyCameForAreForgotten() {
        codes.save(given("expired", Instant.now().minusSeconds(90)));
        codes.save(given("waiting", Instant.now().plusSeconds(60)));
        codes.forgetExpired();
        assertThat(codes.findByToken("expired", CODE)).isNull();
        assertThat(codes.findByToken("waiting", CODE)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"login_code", "used_proof", "ended_login"})
    void noOtherRoleThanTheApplicationsMayTouchThem(String table) {
        List<String> roles =
                api.superuser().sql("""
                        select r.rolname from pg_roles r where not r.rolsuper and r.rolname not like 'pg\\_%'
                          and (has_any_column_privilege(r.oid, 'quarry.' || :t, 'SELECT, INSERT, UPDATE')
                               or has_table_privilege(r.oid, 'quarry.' || :t, 'DELETE'))""").param("t", table).query(String.class).list();
        assertThat(roles).containsExactlyInAnyOrder("quarry_app", "quarry_owner");
    }

    private OAuth2Authorization given(String code, Instant expires) {
        OAuth2AuthorizationRequest request = OAuth2AuthorizationRequest.authorizationCode()
                .authorizationUri("http://quarry/oauth2/authorize")
                .clientId(client.getClientId())
                .redirectUri("http://127.0.0.1:1/callback")
                .additionalParameters(Map.of("code_challenge", "c", "code_challenge_method", "S256"))
                .build();
        return OAuth2Authorization.withRegisteredClient(client)
                .principalName("ann")
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .authorizedScopes(Set.of("read"))
                .attribute(
                        Principal.class.getName(),
                        UsernamePasswordAuthenticationToken.authenticated(person, null, List.of()))
                .attribute(OAuth2AuthorizationRequest.class.getName(), request)
                .token(new OAuth2AuthorizationCode(code, expires.minusSeconds(60), expires))
                .build();
    }

    private OAuth2Authorization found(String code) {
        return Objects.requireNonNull(codes.findByToken(code, CODE));
    }

    private static OAuth2Authorization redeemed(OAuth2Authorization found) {
        return OAuth2Authorization.from(found)
                .invalidate(Objects.requireNonNull(found.getToken(OAuth2AuthorizationCode.class))
                        .getToken())
                .build();
    }

    private byte[] sealed(String code) {
        return api.superuser()
                .sql("select sealed from quarry.login_code where digest = ?")
                .param(Sha256.of(code))
                .query((row, i) -> row.getBytes(1))
                .single();
    }
}
