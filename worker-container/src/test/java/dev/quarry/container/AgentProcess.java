package dev.quarry.container;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The agent as the backend starts it: a process of its own with a cleared environment and no parser on its class path. */
final class AgentProcess implements AutoCloseable {
    private static final Pattern AGENT_JARS = Pattern.compile(
            "(jackson-(core|annotations|databind|dataformat-yaml)-2" + "|snakeyaml-2|slf4j-api|logback-).*\\.jar");

    private final Process process;
    private final Path log;
    final Path scratch;

    private AgentProcess(Process process, Path log, Path scratch) {
        this.process = process;
        this.log = log;
        this.scratch = scratch;
    }

    /** @param variables added to what every job has; an empty value takes one away */
    static AgentProcess start(JobApiDouble api, Path folder, Map<String, String> variables) throws IOException {
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        Path log = folder.resolve("agent.log");
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("QUARRY_API", api.url());
        environment.put("QUARRY_TICKET_FILE", ticket(folder).toString());
        environment.put("QUARRY_SCRATCH", scratch.toString());
        environment.put("QUARRY_IMAGE", TestImage.folder().toString());
        environment.put(
                "QUARRY_EXTRACTORS",
                Path.of("src/test/extractors").toAbsolutePath().toString());
        environment.put("QUARRY_PATIENCE", "PT5S");
        environment.put("QUARRY_JOB_ID", "q-test-1");
        environment.putAll(variables);
        environment.values().removeIf(String::isEmpty);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        "dev.quarry.container.QuarryAgent")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new AgentProcess(builder.start(), log, scratch);
    }

    private static Path ticket(Path folder) throws IOException {
        return Files.writeString(folder.resolve("ticket"), JobApiDouble.TICKET);
    }

    private static String classPath() {
        List<String> entries = new ArrayList<>();
        entries.add(Path.of("target/classes").toAbsolutePath().toString());
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> AGENT_JARS.matcher(new File(entry).getName()).matches())
                .forEach(entries::add);
        return String.join(File.pathSeparator, entries);
    }

    int exit(Duration atMost) throws InterruptedException, IOException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running after " + atMost + ":\n" + log());
        }
        return process.exitValue();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    void terminate() {
        process.destroy();
    }

    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
