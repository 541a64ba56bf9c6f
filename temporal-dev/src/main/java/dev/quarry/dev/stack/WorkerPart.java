package dev.quarry.dev.stack;

import static dev.quarry.dev.stack.StackPorts.Listener.CONTROL;
import static dev.quarry.dev.stack.StackPorts.Listener.JOB;
import static dev.quarry.dev.stack.StackPorts.Listener.TEMPORAL;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The worker of the one site. */
final class WorkerPart {
    private static final String MAIN = "dev.quarry.activity.Worker";
    private static final String READY = "worker ready";

    private WorkerPart() {}

    static StackPart create(
            StackFolder folder,
            StackPorts ports,
            StackSettings settings,
            JobCluster cluster,
            Installation installation,
            Optional<URI> temporalUi)
            throws IOException {
        String api = "http://" + settings.bind() + ":";
        Map<String, String> environment = new HashMap<>();
        environment.put("QUARRY_TEMPORAL_TARGET", TemporalPart.ADDRESS + ":" + ports.of(TEMPORAL));
        environment.put("QUARRY_TEMPORAL_NAMESPACE", "default");
        temporalUi.ifPresent(ui -> environment.put("QUARRY_TEMPORAL_UI", ui.toString()));
        environment.put("QUARRY_SITE", "default");
        environment.put("QUARRY_CONTROL_URL", api + ports.of(CONTROL));
        environment.put("QUARRY_JOB_URL", api + ports.of(JOB));
        environment.put("QUARRY_CLIENT_ID", "quarry-worker");
        environment.put(
                "QUARRY_CLIENT_SECRET_FILE", folder.secret("worker.secret").toString());
        environment.putAll(forAgents(System.getenv()));
        environment.putAll(cluster.workerEnvironment());
        environment.putAll(settings.worker().environment());
        List<String> command = new ArrayList<>(settings.worker().prefix());
        // It lives for minutes here and computes little: what C2 would compile costs more than it brings. The API has
        // C2, which alone uses the processor's own SHA-256: downloads pass through that.
        command.addAll(JavaProgram.command(installation, "activities", MAIN, "-Xmx256m", "-XX:TieredStopAtLevel=1"));
        return new StackPart(
                "worker",
                new StackPart.Program(command, environment, folder.log("worker")),
                log -> log.contains(READY));
    }

    /** What the user sets for all agents. */
    static Map<String, String> forAgents(Map<String, String> own) {
        Map<String, String> some = new HashMap<>(own);
        some.keySet().removeIf(name -> !name.startsWith("QUARRY_AGENT_"));
        return some;
    }
}
