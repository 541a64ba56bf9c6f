package dev.quarry.proxy.store;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How filesystem stores are called.
 *
 * @param silence of a file system, after which a call is given up; a call that makes progress may take any time
 * @param calls of one store at once; those that hang are among them
 */
public record FilesystemLimits(
        @DefaultValue("30s") Duration silence,
        @DefaultValue("16") int calls) {
    public FilesystemLimits {
        if (silence.isZero() || silence.isNegative() || calls < 1) {
            throw new IllegalArgumentException("quarry.filesystem: silence is " + silence + " and calls is " + calls
                    + "; set a time such as 30s and at least 1 call");
        }
    }
}
