package dev.quarry.proxy.security;

import dev.quarry.proxy.account.Role;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Another issuer whose access tokens people may bring (docs/adr/0014); none without {@code issuer}.
 *
 * @param jwksUri where its keys are: https, or at this machine
 * @param audience that its tokens must name, made for Quarry alone
 * @param tokenType their typ header; RFC 9068 says at+jwt
 * @param tenant the one tenant of its people; null: the claim says it
 * @param roles what a value of the role claim means here
 */
public record OutsideIssuer(
        @Nullable String issuer,
        @Nullable String jwksUri,
        @Nullable String audience,
        @DefaultValue("at+jwt") String tokenType,
        @Nullable String tenant,
        @DefaultValue("tenant") String tenantClaim,
        @DefaultValue("roles") String roleClaim,
        @DefaultValue Map<String, Role> roles) {
    public OutsideIssuer {
        if (issuer != null && (jwksUri == null || audience == null || roles.isEmpty())) {
            throw new IllegalArgumentException("quarry.oidc: issuer " + issuer + " needs jwks-uri, audience and roles");
        }
        if (jwksUri != null && !jwksUri.matches("https://.+|http://(127\\.0\\.0\\.1|localhost|\\[::1])[:/].*")) {
            throw new IllegalArgumentException("quarry.oidc: jwks-uri is " + jwksUri
                    + "; set an https address: whoever is on the way could give keys of their own");
        }
    }
}
