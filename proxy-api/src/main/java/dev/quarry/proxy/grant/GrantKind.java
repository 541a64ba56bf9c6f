package dev.quarry.proxy.grant;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What may be granted. */
public enum GrantKind {
    /** A directory below which a tenant's filesystem stores may lie. */
    FILESYSTEM_ROOT,
    /** {@code host:port} that may be spoken to without TLS and may lie at a private address; port {@code *}: every port. */
    STORE_ENDPOINT,
    /** The service's own identity instead of a key, in stores of one kind. */
    AMBIENT_IDENTITY,
    /** The ARN of a role that the service assumes for the tenant's stores; {@code arn:...:role/*}: every role of that account. */
    ASSUME_ROLE;

    /** As the API and the database call it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<GrantKind> find(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(label))
                .findFirst();
    }
}
