package dev.quarry.proxy.artifact;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.listener.ListenerPorts;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The origin that artifacts are served from. */
@Component
class ArtifactPlace {
    private final ListenerPorts ports;
    private final QuarrySettings settings;

    ArtifactPlace(ListenerPorts ports, QuarrySettings settings) {
        this.ports = ports;
        this.settings = settings;
        boolean known = settings.artifacts().origin() != null
                || ports.of(Listener.ARTIFACTS).isPresent();
        if (ports.of(Listener.PUBLIC).isPresent() && !known) {
            throw new IllegalArgumentException("this process serves public and not artifacts (QUARRY_ROLES);"
                    + " set QUARRY_ARTIFACTS_ORIGIN to where another one does");
        }
    }

    boolean isHere(HttpServletRequest request) {
        return ports.serves(Listener.ARTIFACTS, request);
    }

    /** Where to ask for an artifact, with the same token. */
    URI of(UUID artifact, HttpServletRequest request) {
        return URI.create(origin(request) + "/api/v1/artifacts/" + artifact);
    }

    private String origin(HttpServletRequest request) {
        @Nullable String origin = settings.artifacts().origin();
        if (origin != null) {
            return origin;
        }
        boolean secured = settings.tls().of(Listener.ARTIFACTS).certificate() != null;
        return (secured ? "https://" : "http://") + request.getServerName() + ":"
                + ports.of(Listener.ARTIFACTS).orElseThrow();
    }
}
