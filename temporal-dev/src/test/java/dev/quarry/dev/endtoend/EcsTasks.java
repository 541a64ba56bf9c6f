package dev.quarry.dev.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quarry.dev.stack.Installation;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** An emulated ECS whose tasks run the real agent with the folder of test extractors. */
final class EcsTasks implements Cluster {
    private static final String CLUSTER = "endtoend";
    private static final String DEFINITION = "turtle";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI address;
    private final Path folder;

    private EcsTasks(Process process, URI address, Path folder) {
        this.process = process;
        this.address = address;
        this.folder = folder;
    }

    /** Whether {@code ./quarry setup} has installed what the emulator needs. */
    static boolean isThere() throws IOException {
        Path libraries = Installation.current().tools().resolve("venv/lib");
        if (!Files.isDirectory(libraries)) {
            return false;
        }
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(libraries, "python*")) {
            for (Path version : versions) {
                if (Files.isDirectory(version.resolve("site-packages/moto"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** @param folder where tasks run */
    static EcsTasks start(Path folder) throws IOException {
        Installation installation = Installation.current();
        Path root = installation.root();
        Process process = new ProcessBuilder(
                        installation.tools().resolve("venv/bin/python").toString(),
                        root.resolve("temporal-dev/src/main/emulator/ecs_emulator.py")
                                .toString(),
                        "--cluster=" + CLUSTER,
                        "--definition=" + DEFINITION,
                        "--environment=QUARRY_EXTRACTORS=" + root.resolve("temporal-dev/src/test/extractors"),
                        "--environment=QUARRY_PATIENCE=PT30S",
                        "--folder=" + folder,
                        "--set=stopSeconds=3",
                        "--set=cpu=1000000")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the emulated ECS ended before it was ready");
        }
        return new EcsTasks(process, URI.create(line.substring(line.lastIndexOf(' ') + 1)), folder);
    }

    @Override
    public URI address() {
        return address;
    }

    /** @param endpoint where the worker calls ECS, maybe through a proxy */
    static Map<String, String> workerSettings(String endpoint) throws IOException {
        return Map.of(
                "QUARRY_BACKEND", "ecs",
                "AWS_ENDPOINT_URL_ECS", endpoint,
                "AWS_REGION", "us-east-1",
                "AWS_ACCESS_KEY_ID", "none",
                "AWS_SECRET_ACCESS_KEY", "none",
                "QUARRY_ECS_CLUSTER", CLUSTER,
                "QUARRY_ECS_TASK_DEFINITION", DEFINITION,
                "QUARRY_ECS_LAUNCH_TYPE", "EC2",
                "QUARRY_ECS_AGENT", Installation.current().agent().toString(),
                "QUARRY_ECS_SWEEP", "PT0.5S");
    }

    void set(String setting, double value) throws Exception {
        control("settings", Map.of(setting, value));
    }

    /** ARNs of tasks that run. */
    @Override
    public List<String> running() throws Exception {
        List<String> arns = new ArrayList<>();
        control("state", Map.of()).path("alive").forEach(arn -> arns.add(arn.asText()));
        return arns;
    }

    long started() throws Exception {
        return control("state", Map.of()).path("started").asLong();
    }

    /** Calls of this kind that were answered by a ThrottlingException. */
    long throttled(String action) throws Exception {
        return control("state", Map.of()).path("throttled").path(action).asLong();
    }

    @Override
    public void awaitNothingLeft() throws Exception {
        TestStore.await(
                "all tasks to end", Duration.ofSeconds(40), () -> running().isEmpty());
        ProcessesOf.folder(folder).awaitNone(Set.of(process.pid()));
    }

    /** As Spot does. */
    void interrupt(String task) throws Exception {
        control("interrupt", Map.of("task", task));
    }

    /** DescribeTasks does not know it any more; it runs on. */
    void forget(String task) throws Exception {
        control("forget", Map.of("task", task));
    }

    private JsonNode control(String what, Map<String, ?> body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/quarry/" + what))
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
