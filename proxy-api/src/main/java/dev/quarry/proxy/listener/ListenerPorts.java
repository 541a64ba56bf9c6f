package dev.quarry.proxy.listener;

import dev.quarry.proxy.QuarrySettings;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Which port serves which API in this process. */
@Component
public class ListenerPorts {
    private final Map<Listener, Integer> ports = new EnumMap<>(Listener.class);

    ListenerPorts(QuarrySettings settings) throws IOException {
        for (Listener listener : settings.roles()) {
            int port = switch (listener) {
                case CONTROL -> settings.control().port();
                case JOB -> settings.job().port();
                case PUBLIC -> settings.publicListener().port();
                case ARTIFACTS -> settings.artifacts().port();
            };
            ports.put(listener, port == 0 ? freePort(settings.bind()) : port);
        }
        if (ports.values().stream().distinct().count() != ports.size()) {
            throw new IllegalArgumentException("two listeners share a port: " + ports
                    + "; set QUARRY_CONTROL_PORT, QUARRY_JOB_PORT, QUARRY_PUBLIC_PORT and QUARRY_ARTIFACTS_PORT apart");
        }
    }

    /** The port of an API, or empty if this process does not serve it. */
    public Optional<Integer> of(Listener listener) {
        return Optional.ofNullable(ports.get(listener));
    }

    public boolean serves(Listener listener, HttpServletRequest request) {
        return of(listener).map(port -> port == request.getLocalPort()).orElse(false);
    }

    Map<Listener, Integer> all() {
        return ports;
    }

    private static int freePort(String bind) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(bind))) {
            return socket.getLocalPort();
        }
    }
}
