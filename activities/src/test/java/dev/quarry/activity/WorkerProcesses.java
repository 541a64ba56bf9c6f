package dev.quarry.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.activity.control.ControlServer;
import dev.quarry.activity.job.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Workers as processes, all with the same environment, and an API of their own; their jobs are processes that last until they are let go. */
final class WorkerProcesses implements AutoCloseable {
    private final Path directory;
    private final String temporalTarget;
    private final ControlServer control;
    private final List<Process> workers = new ArrayList<>();
    private final Path gate;

    WorkerProcesses(Path directory, String temporalTarget, ControlServer.Script api) throws IOException {
        this.directory = directory;
        this.temporalTarget = temporalTarget;
        control = new ControlServer(api);
        gate = directory.resolve("gate");
        Path agent = directory.resolve("agent");
        Files.writeString(
                agent,
                "#!/bin/sh\nenv > " + environment() + "\necho \"$QUARRY_JOB_ID $(cat \"$QUARRY_TICKET_FILE\")\" >> "
                        + jobs() + "\nwhile [ ! -e " + gate + " ]; do sleep 0.05; done\n");
        Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(directory.resolve("secret"), ControlServer.SECRET + "\n");
    }

    ControlServer control() {
        return control;
    }

    /** Where each job that began has left a line: its id and its ticket. */
    Path jobs() {
        return directory.resolve("seen");
    }

    /** What the newest job was told. */
    Path environment() {
        return directory.resolve("environment");
    }

    boolean hasStartedAJob() {
        return Files.exists(jobs());
    }

    void letJobsEnd() throws IOException {
        Files.writeString(gate, "");
    }

    /** The folder of sites, with one more in it. */
    Path site(String name, String... lines) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("sites"));
        Files.write(folder.resolve(name + ".properties"), List.of(lines));
        return folder;
    }

    Process start() throws IOException {
        return start(Map.of());
    }

    /** Waits until it is ready. */
    Process start(Map<String, String> further) throws IOException {
        int before = count(log(), "worker ready");
        ProcessBuilder builder = worker();
        builder.environment().putAll(further);
        Process worker = begin(builder);
        Waiting.until(() -> count(log(), "worker ready") > before, "a worker that is ready");
        return worker;
    }

    /** What a worker says that is badly set. */
    String refusal(Map<String, String> further) throws IOException {
        ProcessBuilder builder = worker();
        builder.environment().putAll(further);
        return refusal(builder);
    }

    String refusalWithout(String variable) throws IOException {
        ProcessBuilder builder = worker();
        builder.environment().remove(variable);
        return refusal(builder);
    }

    private String refusal(ProcessBuilder builder) throws IOException {
        Process refused = begin(builder);
        Waiting.until(() -> !refused.isAlive(), "the end of a worker that is badly set");
        assertThat(refused.exitValue()).isEqualTo(2);
        assertThat(log()).doesNotContain("\tat ").doesNotContain("worker ready");
        return log();
    }

    private Process begin(ProcessBuilder builder) throws IOException {
        Process worker = builder.start();
        workers.add(worker);
        return worker;
    }

    private ProcessBuilder worker() {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile="
                        + Path.of("src/main/resources/logback.xml").toAbsolutePath(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.quarry.activity.Worker");
        builder.redirectErrorStream(true);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("QUARRY_TEMPORAL_TARGET", temporalTarget),
                        Map.entry("QUARRY_CONTROL_URL", control.address().toString()),
                        Map.entry("QUARRY_JOB_URL", control.address().toString()),
                        Map.entry(
                                "QUARRY_CLIENT_SECRET_FILE",
                                directory.resolve("secret").toString()),
                        Map.entry(
                                "QUARRY_PROCESS_DIR", directory.resolve("jobs").toString()),
                        Map.entry(
                                "QUARRY_PROCESS_AGENT",
                                directory.resolve("agent").toString()),
                        Map.entry("AWS_EC2_METADATA_DISABLED", "true"),
                        Map.entry("QUARRY_HEARTBEAT", "PT3S"),
                        Map.entry("QUARRY_RETRY", "PT0.1S")));
        return builder;
    }

    /** Of all of them. */
    String log() {
        try {
            Path log = directory.resolve("log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int count(String text, String word) {
        return text.split(word, -1).length - 1;
    }

    @Override
    public void close() throws IOException {
        letJobsEnd();
        workers.forEach(Process::destroyForcibly);
        control.close();
    }
}
