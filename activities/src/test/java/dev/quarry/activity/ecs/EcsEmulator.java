package dev.quarry.activity.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The emulated ECS of temporal-dev: a process whose tasks are processes, with one cluster and one task definition. */
final class EcsEmulator implements AutoCloseable {
    static final String CLUSTER = "quarry";
    static final String DEFINITION = "misbehave";
    static final Path PROGRAM = Path.of("src/test/resources/misbehave.sh").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CallRate UNLIMITED = new CallRate(10_000, 10_000);

    private final Process process;
    private final URI address;

    private EcsEmulator(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Whether {@code ./quarry setup} has installed what the emulator needs. */
    static boolean isThere() throws IOException {
        Path libraries = tools().resolve("lib");
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

    private static Path tools() {
        String cache = System.getenv("QUARRY_CACHE");
        Path folder = cache == null || cache.isEmpty() ? root().resolve(".cache") : Path.of(cache);
        return folder.resolve("venv");
    }

    private static Path root() {
        return Path.of(Objects.requireNonNull(System.getProperty("quarry.root"), "quarry.root"));
    }

    static EcsEmulator start() throws IOException {
        // Where the AWS SDK looks first; the emulator takes any.
        System.setProperty("aws.accessKeyId", "none");
        System.setProperty("aws.secretAccessKey", "none");
        List<String> command = new ArrayList<>(List.of(
                tools().resolve("bin/python").toString(),
                root().resolve("temporal-dev/src/main/emulator/ecs_emulator.py").toString(),
                "--cluster",
                CLUSTER,
                "--definition",
                DEFINITION));
        Map.of("stopSeconds", 1, "memoryMb", 1_000_000, "cpu", 1_000_000, "readBurst", 10_000, "modifyBurst", 10_000)
                .forEach((name, value) -> command.addAll(List.of("--set", name + "=" + value)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the emulated ECS ended before it was ready");
        }
        return new EcsEmulator(process, URI.create(line.substring(line.lastIndexOf(' ') + 1)));
    }

    URI address() {
        return address;
    }

    EcsConfig config() {
        return config(address, EcsCapacity.LaunchType.EC2);
    }

    static EcsConfig config(URI endpoint, EcsCapacity.LaunchType launchType) {
        return new EcsConfig(
                CLUSTER,
                Map.of(DEFINITION, new EcsImage(DEFINITION, "agent")),
                new EcsCapacity(launchType, List.of()),
                new EcsNetwork(List.of(), List.of(), false),
                PROGRAM.toString(),
                Duration.ofSeconds(2),
                1000,
                Duration.ofMillis(200),
                UNLIMITED,
                UNLIMITED,
                Duration.ofSeconds(5),
                endpoint,
                "us-east-1");
    }

    /** API calls so far. */
    long calls(String action) {
        return control("state", Map.of()).path("calls").path(action).asLong();
    }

    /** Tasks started so far, ever. */
    long started() {
        return control("state", Map.of()).path("started").asLong();
    }

    void set(String setting, double value) {
        control("settings", Map.of(setting, value));
    }

    void interrupt(String task) {
        control("interrupt", Map.of("task", task));
    }

    void forget(String task) {
        control("forget", Map.of("task", task));
    }

    private JsonNode control(String what, Map<String, ?> body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(address.resolve("/quarry/" + what))
                    .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .build();
            return JSON.readTree(HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
