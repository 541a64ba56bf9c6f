package dev.quarry.proxy.security;

import dev.quarry.proxy.account.Role;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
 * @param roles what values of the role claim mean here, {@code VALUE=ROLE} each; the value as the issuer writes it, so not a key, which Spring would take apart and change to lower case
 */
public record OutsideIssuer(
        @Nullable String issuer,
        @Nullable String jwksUri,
        @Nullable String audience,
        @DefaultValue("at+jwt") String tokenType,
        @Nullable String tenant,
        @DefaultValue("tenant") String tenantClaim,
        @DefaultValue("roles") String roleClaim,
        @DefaultValue List<String> roles) {
    public OutsideIssuer {
        meanings(roles);
        if (issuer != null && (jwksUri == null || audience == null || roles.isEmpty())) {
            throw new IllegalArgumentException(
                    "quarry.oidc: issuer " + issuer
                            + " needs jwks-uri, audience and roles; set QUARRY_OIDC_JWKSURI, QUARRY_OIDC_AUDIENCE and QUARRY_OIDC_ROLES");
        }
        if (jwksUri != null && !jwksUri.matches("https://.+|http://(127\\.0\\.0\\.1|localhost|\\[::1])[:/].*")) {
            throw new IllegalArgumentException("quarry.oidc: jwks-uri is " + jwksUri
                    + "; set an https address: whoever is on the way could give keys of their own");
        }
    }

    /** By values of the role claim. */
    public Map<String, Role> meanings() {
        return meanings(roles);
    }

    private static Map<String, Role> meanings(List<String> roles) {
        Map<String, Role> meanings = new LinkedHashMap<>();
        for (String pair : roles) {
            int end = pair.lastIndexOf('=');
            Role role = Arrays.stream(Role.values())
                    .filter(known -> known.name().equals(pair.substring(end + 1)))
                    .findFirst()
                    .orElse(null);
            if (end < 1 || role == null || meanings.put(pair.substring(0, end), role) != null) {
                throw new IllegalArgumentException("QUARRY_OIDC_ROLES: '" + pair + "' is no VALUE=ROLE with one of "
                        + List.of(Role.values()) + ", or its value comes twice");
            }
        }
        return meanings;
    }
}
