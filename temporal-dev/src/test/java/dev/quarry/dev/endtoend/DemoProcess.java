package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.stack.Installation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A demo in a process of its own, as {@code ./quarry} starts it. */
final class DemoProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 300;

    private final Process process;
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final Thread reader;

    private DemoProcess(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "demo-output");
        reader.start();
    }

    static DemoProcess start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    static DemoProcess start(Map<String, String> environment, String... arguments) throws IOException {
        Installation installation = Installation.current();
        List<String> command = new ArrayList<>(List.of(
                // A shell's background jobs ignore Ctrl-C, and so would what they start.
                "env",
                "--default-signal=INT",
                Installation.java().toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dquarry.root=" + installation.root(),
                "-Dlogback.configurationFile=logback-demo.xml",
                "-cp",
                installation.classPath("temporal-dev"),
                "dev.quarry.dev.QuarryCommand",
                "demo"));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder demo = new ProcessBuilder(command).redirectErrorStream(true);
        demo.environment().putAll(environment);
        return new DemoProcess(demo.start());
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException ended) {
            // then there is no more to read
        }
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    String awaitLine(String beginning) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end) {
            for (String line : lines()) {
                if (line.startsWith(beginning)) {
                    return line;
                }
            }
            assertThat(process.isAlive()).as(String.join("\n", lines())).isTrue();
            Thread.sleep(50);
        }
        throw new AssertionError("no line '" + beginning + "' in " + String.join("\n", lines()));
    }

    /** What Ctrl-C does. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as(String.join("\n", lines()))
                .isTrue();
        reader.join();
        return process.exitValue();
    }

    /** Processes that work in the folder or have it in their command line or environment. */
    List<ProcessHandle> processesOn(Path folder) {
        return ProcessesOf.folder(folder).now();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
