package dev.quarry.proxy.security;

import dev.quarry.proxy.account.SignedIn;
import dev.quarry.proxy.tenant.TenantId;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/** What a code of the log-in stands for until it is redeemed: plain values, and not the code itself. */
record LoginCode(
        UUID tenant,
        UUID account,
        int credential,
        Set<String> scopes,
        @Nullable String redirectUri,
        String challenge,
        String challengeMethod,
        Instant issued,
        Instant expires) {

    static LoginCode of(OAuth2Authorization given, OAuth2AuthorizationCode code) {
        Authentication principal = Objects.requireNonNull(given.getAttribute(Principal.class.getName()));
        SignedIn person = (SignedIn) Objects.requireNonNull(principal.getPrincipal());
        OAuth2AuthorizationRequest request =
                Objects.requireNonNull(given.getAttribute(OAuth2AuthorizationRequest.class.getName()));
        return new LoginCode(
                person.tenant().value(),
                person.account(),
                person.credential(),
                given.getAuthorizedScopes(),
                request.getRedirectUri(),
                parameter(request, PkceParameterNames.CODE_CHALLENGE),
                parameter(request, PkceParameterNames.CODE_CHALLENGE_METHOD),
                Objects.requireNonNull(code.getIssuedAt()),
                Objects.requireNonNull(code.getExpiresAt()));
    }

    /** No code without PKCE comes this far. */
    private static String parameter(OAuth2AuthorizationRequest request, String name) {
        return (String) Objects.requireNonNull(request.getAdditionalParameters().get(name));
    }

    OAuth2Authorization authorization(String code, RegisteredClient client) {
        OAuth2AuthorizationRequest request = OAuth2AuthorizationRequest.authorizationCode()
                .authorizationUri("/oauth2/authorize")
                .clientId(client.getClientId())
                .redirectUri(redirectUri)
                .scopes(scopes)
                .additionalParameters(Map.of(
                        PkceParameterNames.CODE_CHALLENGE, challenge,
                        PkceParameterNames.CODE_CHALLENGE_METHOD, challengeMethod))
                .build();
        return OAuth2Authorization.withRegisteredClient(client)
                .principalName(account.toString())
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .authorizedScopes(scopes)
                .attribute(Principal.class.getName(), principal())
                .attribute(OAuth2AuthorizationRequest.class.getName(), request)
                .token(new OAuth2AuthorizationCode(code, issued, expires))
                .build();
    }

    private Authentication principal() {
        return UsernamePasswordAuthenticationToken.authenticated(
                new SignedIn(new TenantId(tenant), account, credential), null, List.of());
    }
}
