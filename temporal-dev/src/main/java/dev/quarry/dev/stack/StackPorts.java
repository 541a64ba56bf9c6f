package dev.quarry.dev.stack;

import dev.quarry.postgres.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** The stack's ports, chosen once per state folder so that a restarted part is found where it was. */
public final class StackPorts {
    /** What listens. */
    public enum Listener {
        POSTGRES,
        TEMPORAL,
        TEMPORAL_UI,
        TEMPORAL_HTTP,
        TEMPORAL_METRICS,
        CONTROL,
        JOB,
        PUBLIC,
        ARTIFACTS,
        NOMAD,
        NOMAD_RPC,
        NOMAD_SERF,
        ECS
    }

    private final Map<Listener, Integer> ports;

    private StackPorts(Map<Listener, Integer> ports) {
        this.ports = ports;
    }

    /** The ports that the file names, where nobody listens on them, and new ones for the rest; written back. */
    static StackPorts choose(Path file) throws IOException {
        Properties saved = new Properties();
        if (Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                saved.load(in);
            }
        }
        Map<Listener, Integer> ports = new EnumMap<>(Listener.class);
        Set<Integer> taken = new HashSet<>();
        for (Listener listener : Listener.values()) {
            int port = Integer.parseInt(saved.getProperty(listener.name(), "0"));
            while (port == 0 || taken.contains(port) || !FreePort.isFree(port)) {
                port = FreePort.find();
            }
            taken.add(port);
            ports.put(listener, port);
            saved.setProperty(listener.name(), Integer.toString(port));
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            saved.store(out, "chosen by the stack; kept so that restarts keep addresses");
        }
        return new StackPorts(ports);
    }

    public int of(Listener listener) {
        Integer port = ports.get(listener);
        if (port == null) {
            throw new IllegalStateException("no port for " + listener);
        }
        return port;
    }
}
