package dev.quarry.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The one-use secret that is swapped for an access token. Never printed. */
public record Ticket(String secret) {
    private static final Pattern FORM = Pattern.compile("qt_[A-Za-z0-9_-]{20,200}");

    public Ticket {
        if (!FORM.matcher(secret).matches()) {
            throw new BadEnvironmentException("The ticket does not have the form of a ticket (qt_...)");
        }
    }

    /** The file is removed once it is read, so that nothing the agent starts can find it. */
    static Ticket of(@Nullable String file, @Nullable String value) {
        if (file == null || file.isBlank()) {
            if (value == null || value.isBlank()) {
                throw new BadEnvironmentException("QUARRY_TICKET_FILE is not set, nor is QUARRY_TICKET");
            }
            return new Ticket(value.strip());
        }
        try {
            String secret = Files.readString(Path.of(file)).strip();
            Files.delete(Path.of(file));
            return new Ticket(secret);
        } catch (IOException e) {
            throw new BadEnvironmentException("QUARRY_TICKET_FILE '" + file + "' cannot be read and removed: " + e);
        }
    }

    @Override
    public String toString() {
        return "qt_(secret)";
    }
}
