package dev.quarry.dev.endtoend;

import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.stack.DevStack;
import dev.quarry.dev.stack.Installation;
import dev.quarry.dev.stack.StackSettings;
import dev.quarry.postgres.FileTree;
import dev.quarry.postgres.FreePort;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The stack that all end-to-end tests share, with time-outs of seconds, fault proxies before the job and the control listener, and a
 * lane {@code turtle} whose extractor does what each file tells it to; {@code tight} is the same with 4 MB of scratch space, whatever the file
 * needs. The largest node has 50 GB of disk. All log at DEBUG, for {@link SecretsEndToEnd}.
 */
final class TestStack implements AutoCloseable {
    private static final String WORKER_SETTINGS = "worker-settings";

    private final Path folder;
    private final FaultProxy jobProxy;
    private final FaultProxy controlProxy;
    private final DevStack stack;

    /** Sourced by each worker before it starts. */
    private final Path workerSettings;

    private TestStack(Path folder, FaultProxy jobProxy, FaultProxy controlProxy, DevStack stack) {
        this.folder = folder;
        this.jobProxy = jobProxy;
        this.controlProxy = controlProxy;
        this.stack = stack;
        workerSettings = folder.resolve(WORKER_SETTINGS);
    }

    static TestStack start() throws IOException, InterruptedException, SQLException {
        return start(Map.of(), Map.of());
    }

    static TestStack start(Map<String, String> furtherWorker) throws IOException, InterruptedException, SQLException {
        return start(furtherWorker, Map.of());
    }

    /** Which agents run is set for every backend. */
    static TestStack start(Map<String, String> furtherWorker, Map<String, String> furtherApi)
            throws IOException, InterruptedException, SQLException {
        Path folder = Files.createTempDirectory("quarry-endtoend-");
        // jobs may run as somebody else
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path stores = Files.createDirectory(folder.resolve("stores"));
        int jobPort = FreePort.find();
        int jobProxyPort = FreePort.find();
        int controlPort = FreePort.find();
        int controlProxyPort = FreePort.find();
        FaultProxy jobProxy = new FaultProxy(jobProxyPort, URI.create("http://127.0.0.1:" + jobPort));
        FaultProxy controlProxy = new FaultProxy(controlProxyPort, URI.create("http://127.0.0.1:" + controlPort));
        Map<String, String> api = new HashMap<>(apiSettings());
        api.put("QUARRY_JOB_PORT", Integer.toString(jobPort));
        api.put("QUARRY_CONTROL_PORT", Integer.toString(controlPort));
        Map<String, String> worker = new HashMap<>(workerSettings(folder));
        worker.put("QUARRY_JOB_URL", "http://127.0.0.1:" + jobProxyPort);
        worker.put("QUARRY_CONTROL_URL", "http://127.0.0.1:" + controlProxyPort);
        worker.putAll(furtherWorker);
        api.putAll(furtherApi);
        try {
            DevStack stack = DevStack.start(
                    StackSettings.in(folder.resolve("state"), stores)
                            .withApi(api)
                            .withWorker(worker)
                            .withWorkerPrefix(sourcing(folder.resolve(WORKER_SETTINGS))),
                    stage -> {});
            return new TestStack(folder, jobProxy, controlProxy, stack);
        } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
            jobProxy.close();
            controlProxy.close();
            throw e;
        }
    }

    private static List<String> sourcing(Path settings) {
        return List.of("sh", "-c", "[ ! -e \"$0\" ] || . \"$0\"; exec \"$@\"", settings.toString());
    }

    static Map<String, String> apiSettings() {
        Map<String, String> api = new HashMap<>();
        api.put("QUARRY_LOG_LEVEL", "DEBUG");
        api.put("QUARRY_LANES_0_NAME", "turtle");
        api.put("QUARRY_LANES_0_IMAGE", "turtle");
        api.put("QUARRY_LANES_0_EXTRACTORS_0", "turtle");
        api.put("QUARRY_LANES_0_ACCEPTS_0", "*.turtle");
        api.put("QUARRY_LANES_1_NAME", "tight");
        api.put("QUARRY_LANES_1_IMAGE", "turtle");
        api.put("QUARRY_LANES_1_EXTRACTORS_0", "turtle");
        api.put("QUARRY_LANES_1_ACCEPTS_0", "*.tight");
        api.put("QUARRY_LANES_1_DISKMB", "4");
        api.put("QUARRY_LANES_1_DISKFACTOR", "0");
        api.put("QUARRY_NODE_DISKMB", "50000");
        api.put("QUARRY_LANES_2_NAME", "documents");
        api.put("QUARRY_LANES_2_IMAGE", "quarry-agent");
        api.put("QUARRY_LANES_2_EXTRACTORS_0", "tika");
        api.put("QUARRY_LANES_2_EXTRACTORS_1", "image");
        api.put("QUARRY_LANES_2_EXTRACTORS_2", "thumbnail");
        api.put("QUARRY_RUN_UNITFILES", "15");
        api.put("QUARRY_ATTEMPT_SILENCE", "PT15S");
        api.put("QUARRY_ATTEMPT_PENDINGDEADLINE", "PT60S");
        api.put("QUARRY_ATTEMPT_RETRYREFUSED", "PT0.5S");
        api.put("QUARRY_ATTEMPT_RENEWIN", "PT2S");
        return api;
    }

    static Map<String, String> workerSettings(Path folder) throws IOException {
        Map<String, String> worker = new HashMap<>();
        worker.put("QUARRY_LOG_LEVEL", "DEBUG");
        Path turtle = turtleAgent(folder);
        worker.put("QUARRY_PROCESS_IMAGE_TURTLE", turtle.toString());
        worker.put("QUARRY_NOMAD_IMAGE_TURTLE", turtle.toString());
        worker.put("QUARRY_NOMAD_IMAGE", Installation.current().agent().toString());
        worker.put("QUARRY_PROCESS_SLOTS", "2");
        worker.put("QUARRY_HEARTBEAT", "PT5S");
        worker.put("QUARRY_WATCHDOG", "PT10S");
        worker.put("QUARRY_UNKNOWN_GRACE", "PT3S");
        worker.put("QUARRY_RELIST", "PT1S");
        worker.put("QUARRY_RETRY", "PT0.2S");
        worker.put("QUARRY_LONGEST_RETRY", "PT1S");
        worker.put("QUARRY_BACKOFF", "PT0.2S");
        worker.put("QUARRY_LONGEST_BACKOFF", "PT1S");
        worker.put("QUARRY_STOP_GRACE", "PT3S");
        worker.put("QUARRY_CALL_TIMEOUT", "PT10S");
        return worker;
    }

    /** The real agent with the folder of test extractors, and little patience. */
    private static Path turtleAgent(Path folder) throws IOException {
        Installation installation = Installation.current();
        Path extractors = installation.root().resolve("temporal-dev/src/test/extractors");
        Path program = folder.resolve("turtle-agent");
        Files.write(
                program,
                List.of(
                        "#!/bin/sh",
                        "export QUARRY_EXTRACTORS='" + extractors + "' QUARRY_PATIENCE=PT30S QUARRY_LOG_LEVEL=DEBUG",
                        "exec '" + installation.agent() + "'"));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }

    DevStack parts() {
        return stack;
    }

    /** {@code kill -9} for the worker, and another one with these settings beside those that it always has. */
    void replaceWorker(Map<String, String> settings) throws IOException, InterruptedException {
        List<String> lines = settings.entrySet().stream()
                .map(setting -> "export " + setting.getKey() + "='" + setting.getValue() + "'")
                .toList();
        Files.write(workerSettings, lines);
        stack.worker().kill();
        stack.worker().start();
    }

    /** By the operating system no job of the process backend goes on. */
    void awaitNothingLeft() throws Exception {
        ProcessesOf.folder(stack.folder().resolve("jobs"))
                .awaitNone(Set.of(stack.worker().pid()));
    }

    PublicApi api() throws IOException {
        return stack.client();
    }

    FaultProxy jobProxy() {
        return jobProxy;
    }

    FaultProxy controlProxy() {
        return controlProxy;
    }

    Ledger ledger() {
        return new Ledger(stack.postgres().orElseThrow());
    }

    /** A store of this name with an empty folder for a test to fill. */
    TestStore store(String name) throws IOException {
        return new TestStore(
                this, name, Files.createDirectory(folder.resolve("stores").resolve(name)));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stack.close();
        jobProxy.close();
        controlProxy.close();
        FileTree.delete(folder);
    }
}
