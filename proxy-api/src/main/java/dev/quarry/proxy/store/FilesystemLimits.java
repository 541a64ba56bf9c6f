package dev.quarry.proxy.store;

import dev.quarry.proxy.AtLeast;
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
        AtLeast.check("QUARRY_FILESYSTEM_SILENCE", silence, AtLeast.MILLISECOND);
        AtLeast.check("QUARRY_FILESYSTEM_CALLS", calls, 1);
    }
}
