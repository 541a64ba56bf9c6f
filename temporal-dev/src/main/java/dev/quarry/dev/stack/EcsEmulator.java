package dev.quarry.dev.stack;

import static dev.quarry.dev.stack.StackPorts.Listener.ECS;

import dev.quarry.dev.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An emulated ECS of the stack's own, whose tasks are plain processes that wait for room and end with it. */
final class EcsEmulator implements JobCluster {
    private static final String CLUSTER = "quarry";
    private static final String DEFINITION = "quarry-agent";
    private static final String READY = "ecs emulator ready";

    private final Path folder;
    private final String endpoint;
    private final StackPart emulator;
    private final Installation installation;

    private EcsEmulator(Path folder, String endpoint, StackPart emulator, Installation installation) {
        this.folder = folder;
        this.endpoint = endpoint;
        this.emulator = emulator;
        this.installation = installation;
    }

    /** @throws UsageException if it is not installed */
    static EcsEmulator create(StackFolder folder, StackPorts ports, Installation installation) throws IOException {
        Path python = installation.tools().resolve("venv/bin/python");
        if (!Files.isExecutable(python)) {
            throw new UsageException("the emulated ECS is not installed: no " + python + "; run ./quarry setup");
        }
        Path tasks = folder.folder("ecs");
        List<String> command = List.of(
                python.toString(),
                installation
                        .root()
                        .resolve("temporal-dev/src/main/emulator/ecs_emulator.py")
                        .toString(),
                "--port=" + ports.of(ECS),
                "--cluster=" + CLUSTER,
                "--definition=" + DEFINITION,
                "--folder=" + tasks,
                "--set=stopSeconds=5");
        StackPart part = new StackPart(
                "ecs", new StackPart.Program(command, Map.of(), folder.log("ecs")), log -> log.contains(READY));
        return new EcsEmulator(tasks, "http://127.0.0.1:" + ports.of(ECS), part, installation);
    }

    @Override
    public void launch() throws IOException, InterruptedException {
        new JobSweep(folder).run();
        emulator.launch();
    }

    @Override
    public void awaitReady() throws IOException, InterruptedException {
        emulator.awaitReady();
    }

    /** The emulator takes any credentials; a capacity provider, even one without a name that means anything, lets tasks wait for room. */
    @Override
    public Map<String, String> workerEnvironment() throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("QUARRY_BACKEND", "ecs");
        environment.put("AWS_ENDPOINT_URL_ECS", endpoint);
        environment.put("AWS_REGION", "us-east-1");
        environment.put("AWS_ACCESS_KEY_ID", "none");
        environment.put("AWS_SECRET_ACCESS_KEY", "none");
        environment.put("QUARRY_ECS_CLUSTER", CLUSTER);
        environment.put("QUARRY_ECS_TASK_DEFINITION", DEFINITION);
        environment.put("QUARRY_ECS_CAPACITY_PROVIDERS", "this-machine");
        environment.put("QUARRY_ECS_AGENT", installation.agent().toString());
        environment.put("QUARRY_ECS_SWEEP", "PT1S");
        return environment;
    }

    @Override
    public List<ProcessHandle> jobs() {
        return new JobSweep(folder).find();
    }

    @Override
    public Optional<StackPart> part() {
        return Optional.of(emulator);
    }

    @Override
    public Optional<String> console() {
        return Optional.of(endpoint + "/quarry/state");
    }

    @Override
    public void stop() throws InterruptedException {
        emulator.stop();
        new JobSweep(folder).run();
    }
}
