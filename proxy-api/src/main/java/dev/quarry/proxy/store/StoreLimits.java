package dev.quarry.proxy.store;

import dev.quarry.proxy.AtLeast;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How stores of one kind are spoken to.
 *
 * @param ambientTenants names of the tenants that may use this process' own identity instead of a key
 * @param connections for reading at once, of each store; listing has some of its own
 * @param silence of a connection, after which it is given up
 * @param answer for one answer to a listing, all of it
 * @param attempts for each call, the first included
 * @param backoff before the second attempt at most; doubled for each further one
 * @param resumes of one download without a byte gained
 * @param slowest bytes per second below which a store that sends is given up like one that does not
 */
public record StoreLimits(
        @DefaultValue List<String> ambientTenants,
        @DefaultValue("64") int connections,
        @DefaultValue("5s") Duration connect,
        @DefaultValue("30s") Duration silence,
        @DefaultValue("60s") Duration answer,
        @DefaultValue("5") int attempts,
        @DefaultValue("500ms") Duration backoff,
        @DefaultValue("4") int resumes,
        @DefaultValue("1024") int slowest) {
    /**
     * @param variables what the names of these settings begin with, as {@code QUARRY_S3}
     * @throws IllegalArgumentException that names the one which cannot work
     */
    public void check(String variables) {
        AtLeast.check(variables + "_CONNECTIONS", connections, 1);
        AtLeast.check(variables + "_CONNECT", connect, AtLeast.MILLISECOND);
        AtLeast.check(variables + "_SILENCE", silence, AtLeast.MILLISECOND);
        AtLeast.check(variables + "_ANSWER", answer, AtLeast.MILLISECOND);
        AtLeast.check(variables + "_ATTEMPTS", attempts, 1);
        AtLeast.check(variables + "_BACKOFF", backoff, AtLeast.MILLISECOND);
        AtLeast.check(variables + "_RESUMES", resumes, 0);
        AtLeast.check(variables + "_SLOWEST", slowest, 0);
    }
}
