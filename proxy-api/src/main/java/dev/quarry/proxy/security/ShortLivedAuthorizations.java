package dev.quarry.proxy.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.stereotype.Component;

/**
 * Authorizations for as long as a code may be redeemed, in this process: the same process must answer the log-in and the redemption. The library's own memory
 * keeps one entry for each token ever issued. Access tokens are not looked up here: they are checked by themselves and against the account's row.
 */
@Component
class ShortLivedAuthorizations implements OAuth2AuthorizationService {
    private final Cache<String, OAuth2Authorization> byId = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(Duration.ofMinutes(5))
            .build();

    @Override
    public void save(OAuth2Authorization authorization) {
        byId.put(authorization.getId(), authorization);
    }

    @Override
    public void remove(OAuth2Authorization authorization) {
        byId.invalidate(authorization.getId());
    }

    @Override
    public @Nullable OAuth2Authorization findById(String id) {
        return byId.getIfPresent(id);
    }

    @Override
    public @Nullable OAuth2Authorization findByToken(String token, @Nullable OAuth2TokenType type) {
        return byId.asMap().values().stream()
                .filter(authorization -> authorization.getToken(token) != null)
                .findFirst()
                .orElse(null);
    }
}
