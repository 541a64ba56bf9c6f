package dev.quarry.proxy.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.Predicate;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtValidationException;

/**
 * Remembers tokens whose signature and claims were good, because an agent shows the same one thousands of times and verifying ES256 was half of the job API's
 * processor time. Its times are checked again at each use; what can be revoked is in the attempt's row, which every request reads. What a key
 * verified is forgotten with the key.
 */
final class VerifiedTokens implements JwtDecoder {
    private static final int REMEMBER_MINUTES = 10;
    private static final int REMEMBERED = 10_000;

    private final JwtDecoder decoder;
    private final JwtTimestampValidator times;
    private final Predicate<Jwt> keyIsGood;
    private final Cache<String, Jwt> verified = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(Duration.ofMinutes(REMEMBER_MINUTES))
            .build();

    VerifiedTokens(JwtDecoder decoder, Duration skew, Predicate<Jwt> keyIsGood) {
        this.decoder = decoder;
        this.keyIsGood = keyIsGood;
        this.times = new JwtTimestampValidator(skew);
    }

    @Override
    public Jwt decode(String token) {
        Jwt known = verified.getIfPresent(token);
        if (known == null || !keyIsGood.test(known)) {
            Jwt decoded = decoder.decode(token);
            verified.put(token, decoded);
            return decoded;
        }
        OAuth2TokenValidatorResult now = times.validate(known);
        if (now.hasErrors()) {
            throw new JwtValidationException("a token known before is out of its time", now.getErrors());
        }
        return known;
    }
}
