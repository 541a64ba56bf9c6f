package dev.quarry.proxy.security;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** The ES256 keys that all tokens are signed with. Read again by schedule, and when a token names a key that is not known: another process may have rotated. */
@Component
class SigningKeys implements JWKSource<SecurityContext> {
    /** Junk tokens with invented keys must not become queries. */
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private record Keys(JWKSet all, JWK current) {}

    private final SealedKeys sealed;
    private final AtomicLong lastRead = new AtomicLong();
    private volatile Keys keys;

    SigningKeys(SealedKeys sealed) {
        this.sealed = sealed;
        this.keys = read();
        this.lastRead.set(System.nanoTime());
    }

    @Scheduled(fixedDelayString = "${quarry.keys.refresh:60s}", initialDelayString = "${quarry.keys.refresh:60s}")
    final synchronized void refresh() { // one after the other: an older reading must not replace a newer one
        keys = read();
        lastRead.set(System.nanoTime());
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
        List<JWK> known = selector.select(keys.all());
        if (!known.isEmpty() || !mayReadAgain()) {
            return known;
        }
        refresh();
        return selector.select(keys.all());
    }

    /** Whether tokens of that key are good. */
    boolean has(@Nullable Object id) {
        return id instanceof String kid && keys.all().getKeyByKeyId(kid) != null;
    }

    /** The key that signs now. */
    JWK current() {
        return keys.current();
    }

    private boolean mayReadAgain() {
        long last = lastRead.get();
        long now = System.nanoTime();
        return now - last > PAUSE && lastRead.compareAndSet(last, now);
    }

    private Keys read() {
        List<JWK> all = new ArrayList<>();
        JWK current = null;
        for (SealedKeys.Opened opened : sealed.load(KeyPurpose.SIGNING)) {
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
}
