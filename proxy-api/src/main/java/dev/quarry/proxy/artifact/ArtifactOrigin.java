package dev.quarry.proxy.artifact;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where artifacts are served, apart from the page where people sign in.
 *
 * @param port as {@link dev.quarry.proxy.listener.Port}
 * @param origin as browsers see it, {@code https://host}: a host name of its own, since cookies do not know ports; null: this listener at the host of the call
 */
public record ArtifactOrigin(
        @DefaultValue("0") int port, @Nullable String origin) {
    public ArtifactOrigin {
        if (origin != null && !origin.matches("https?://[^/?#\\s]+")) {
            throw new IllegalArgumentException("quarry.artifacts: origin is '" + origin
                    + "'; set scheme and host, such as https://artifacts.example.org, without a path");
        }
    }
}
