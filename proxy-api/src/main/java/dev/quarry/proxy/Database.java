package dev.quarry.proxy;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
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
        check("QUARRY_DB_URL", url, "jdbc:postgresql://host/quarry");
        check("QUARRY_DB_USER", user, "quarry_app");
        check("QUARRY_DB_PASSWORD_FILE", passwordFile, "/etc/quarry/app.password");
        check("QUARRY_DB_OWNER_USER", ownerUser, "quarry_owner");
        check("QUARRY_DB_OWNER_PASSWORD_FILE", ownerPasswordFile, "/etc/quarry/owner.password");
        AtLeast.check("QUARRY_DB_PATIENCE", patience, AtLeast.SECOND);
        AtLeast.check("QUARRY_DB_SILENCE", silence, AtLeast.SECOND);
    }

    /** A record that is bound to nothing holds nulls, whatever its types say. */
    private static void check(String variable, @Nullable Object value, String example) {
        if (value == null || value.toString().isBlank()) {
            throw new IllegalArgumentException(variable + " is not set; such as " + example);
        }
    }
}
