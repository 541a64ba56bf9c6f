package dev.quarry.proxy.security;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.account.SignedIn;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantLookup;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

/** What stands in the tokens of the authorization server. Tokens of attempts are minted apart, by {@code AttemptTokens}. */
@Configuration
class TokenIssuer {
    @Bean
    JwtEncoder jwtEncoder(SigningKeys keys) {
        NimbusJwtEncoder encoder = new NimbusJwtEncoder((JWKSource<SecurityContext>) keys);
        encoder.setJwkSelector(candidates -> keys.current());
        return encoder;
    }

    @Bean
    AuthorizationServerSettings authorizationServerSettings() {
        return AuthorizationServerSettings.builder()
                .build(); // the library wants a URL as issuer; ours is set as a claim
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> issuedClaims(QuarrySettings settings, TenantLookup tenants) {
        return context -> {
            if (!OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
                return;
            }
            String client = context.getRegisteredClient().getClientId();
            context.getJwsHeader().type("at+jwt").algorithm(SignatureAlgorithm.ES256);
            context.getClaims().issuer(Audience.ISSUER).claim("client_id", client);
            ServiceIdentity.of(client, settings)
                    .ifPresentOrElse(
                            service -> ofService(service, context.getClaims(), settings, tenants),
                            () -> ofPerson(context));
        };
    }

    private static void ofService(
            ServiceIdentity service, JwtClaimsSet.Builder claims, QuarrySettings settings, TenantLookup tenants) {
        ServiceClient kind = service.kind();
        claims.audience(List.of(Audience.of(kind.opens())));
        if (kind == ServiceClient.WORKER) {
            claims.claim(SiteAccess.CLAIM, service.sites().claim());
        }
        if (kind.role() != null) {
            claims.claim("role", kind.role().name())
                    .claim("tenant", tenants.byName(settings.bootstrapTenant()).toString());
        }
    }

    /** What the account may do is read from its row at each request, so that a change counts at once. */
    private static void ofPerson(JwtEncodingContext context) {
        Authentication principal = context.getPrincipal();
        if (principal == null || !(principal.getPrincipal() instanceof SignedIn person)) {
            throw new IllegalStateException("a code was given to somebody who did not sign in");
        }
        context.getClaims()
                .audience(List.of(Audience.of(Listener.PUBLIC)))
                .subject(SignedIn.SUBJECT + person.account())
                .claim("tenant", person.tenant().toString())
                .claim("credential", person.credential());
    }
}
