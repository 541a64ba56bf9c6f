package dev.quarry.proxy.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** The ES256 keys that all tokens are signed with. Re-read every minute, so that a rotation by another process is seen. */
@Component
class SigningKeys implements JWKSource<SecurityContext> {
    private record Keys(JWKSet all, JWK current) {}

    private final SealedKeys sealed;
    private volatile Keys keys;

    SigningKeys(SealedKeys sealed) {
        this.sealed = sealed;
        this.keys = read();
    }

    @Scheduled(fixedDelay = 60_000, initialDelay = 60_000)
    void refresh() {
        keys = read();
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
        return selector.select(keys.all());
    }

    /** The key that signs now. */
    JWK current() {
        return keys.current();
    }

    private Keys read() {
        List<JWK> all = new ArrayList<>();
        JWK current = null;
        for (SealedKeys.Opened opened : sealed.load(SealedKeys.Purpose.SIGNING, SigningKeys::generate)) {
            JWK key = parse(opened);
            all.add(key);
            current = opened.current() ? key : current;
        }
        if (current == null) {
            throw new IllegalStateException("no signing key is CURRENT in quarry.sealed_key");
        }
        return new Keys(new JWKSet(all), current);
    }

    private static JWK parse(SealedKeys.Opened opened) {
        try {
            return JWK.parse(new String(opened.bytes(), StandardCharsets.UTF_8));
        } catch (ParseException damaged) {
            throw new IllegalStateException("signing key " + opened.version() + " is no JWK", damaged);
        }
    }

    private static byte[] generate(int version) {
        try {
            ECKey key = new ECKeyGenerator(Curve.P_256)
                    .keyID("s" + version)
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
            return key.toJSONString().getBytes(StandardCharsets.UTF_8);
        } catch (JOSEException impossible) {
            throw new IllegalStateException("this JVM cannot make a P-256 key", impossible);
        }
    }
}
