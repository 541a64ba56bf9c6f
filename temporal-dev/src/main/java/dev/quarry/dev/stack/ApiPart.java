package dev.quarry.dev.stack;

import static dev.quarry.dev.stack.StackPorts.Listener.ARTIFACTS;
import static dev.quarry.dev.stack.StackPorts.Listener.CONTROL;
import static dev.quarry.dev.stack.StackPorts.Listener.JOB;
import static dev.quarry.dev.stack.StackPorts.Listener.PUBLIC;
import static dev.quarry.dev.stack.StackPorts.Listener.TEMPORAL;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** proxy-api: one process with all its listeners. */
final class ApiPart {
    private static final String MAIN = "dev.quarry.proxy.ProxyApi";
    private static final Duration ONE_TRY = Duration.ofSeconds(5);

    private ApiPart() {}

    static StackPart create(
            StackFolder folder, StackPorts ports, StackSettings settings, Database database, Installation installation)
            throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("QUARRY_ROLES", "control,job,public,artifacts");
        environment.put("QUARRY_BIND", settings.bind());
        environment.put(
                "QUARRY_TLS_PLAINHTTP",
                "true"); // jobs in namespaces of this machine reach it at another address than loopback
        environment.put("QUARRY_CONTROL_PORT", Integer.toString(ports.of(CONTROL)));
        environment.put("QUARRY_JOB_PORT", Integer.toString(ports.of(JOB)));
        environment.put("QUARRY_PUBLIC_PORT", Integer.toString(ports.of(PUBLIC)));
        environment.put("QUARRY_ARTIFACTS_PORT", Integer.toString(ports.of(ARTIFACTS)));
        environment.putAll(database.environment());
        environment.put("QUARRY_MASTER_KEY_FILE", folder.secret("master.key").toString());
        environment.put("QUARRY_ARTIFACTS_DIR", folder.folder("artifacts").toString());
        environment.put("QUARRY_TEMPORAL_TARGET", TemporalPart.ADDRESS + ":" + ports.of(TEMPORAL));
        environment.put("QUARRY_TEMPORAL_NAMESPACE", "default");
        environment.put(
                "QUARRY_FILESYSTEM_ROOTS",
                settings.roots().stream().map(Path::toString).collect(Collectors.joining(":")));
        environment.put("QUARRY_BOOTSTRAP_TENANT", DevStack.TENANT);
        environment.put(
                "QUARRY_WORKER_SECRET_FILE", folder.secret("worker.secret").toString());
        environment.put("QUARRY_WORKER_SITES", "default");
        environment.put(
                "QUARRY_LOCAL_SECRET_FILE", folder.secret("local.secret").toString());
        environment.putAll(settings.api().environment());
        URI health = URI.create("http://" + settings.bind() + ":" + ports.of(PUBLIC) + "/actuator/health");
        return new StackPart(
                "api",
                new StackPart.Program(
                        JavaProgram.command(installation, "proxy-api", MAIN, flags(settings)),
                        environment,
                        folder.log("api")),
                log -> isUp(health));
    }

    /**
     * C2 has SHA-256 as an instruction, which C1 has not, but what else it compiles a stack of minutes never earns back: it comes ten times later,
     * to what is really hot.
     */
    private static String[] flags(StackSettings settings) {
        String heap = "-Xmx" + settings.api().heap();
        return settings.api().isShort()
                ? new String[] {
                    heap,
                    "-XX:Tier4InvocationThreshold=50000",
                    "-XX:Tier4MinInvocationThreshold=6000",
                    "-XX:Tier4CompileThreshold=150000",
                    "-XX:Tier4BackEdgeThreshold=400000"
                }
                : new String[] {heap};
    }

    private static boolean isUp(URI health) throws InterruptedException {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(ONE_TRY)
                .build();
        HttpRequest request = HttpRequest.newBuilder(health).timeout(ONE_TRY).build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().contains("UP");
        } catch (IOException notYet) {
            return false;
        }
    }
}
