package dev.quarry.proxy;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The application's login and the owner's, which runs the migrations.
 *
 * @param patience with one statement, after which its caller is told that the database is away; half of it for a lock. Not for migrations
 * @param silence of a database that is asked nothing at all, after which it is away for everybody and its connections are cut
 */
public record Database(
        String url,
        String user,
        Path passwordFile,
        String ownerUser,
        Path ownerPasswordFile,
        @DefaultValue("60s") Duration patience,
        @DefaultValue("2s") Duration silence) {
    public Database {
        if (patience.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("quarry.db: patience is " + patience + "; set at least 1s, such as 60s");
        }
        if (silence.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "quarry.db: silence is " + silence + "; set whole seconds, at least 1s, such as 2s");
        }
    }
}
