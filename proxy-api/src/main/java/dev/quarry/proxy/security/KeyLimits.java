package dev.quarry.proxy.security;

import dev.quarry.proxy.AtLeast;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How keys come and go.
 *
 * @param rotation age at which a signing or ticket key is followed by the next
 * @param overlap how long what was made with a key is accepted after another has followed it; longer than tokens and tickets live
 * @param refresh between two looks at the keys in the database; at most so late does a process use a rotation by another
 */
public record KeyLimits(
        @DefaultValue("30d") Duration rotation,
        @DefaultValue("2h") Duration overlap,
        @DefaultValue("60s") Duration refresh) {
    public KeyLimits {
        AtLeast.check("QUARRY_KEYS_REFRESH", refresh, AtLeast.MILLISECOND);
        AtLeast.check("QUARRY_KEYS_ROTATION", rotation, AtLeast.SECOND);
    }
}
