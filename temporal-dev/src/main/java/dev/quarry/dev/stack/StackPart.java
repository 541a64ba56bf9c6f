package dev.quarry.dev.stack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process of the stack, which can be killed and started again on the same address. It dies with this JVM, however that ends, and
 * does not see the terminal's Ctrl-C: the stack stops its parts in order.
 */
public final class StackPart {
    private static final Duration START_PATIENCE = Duration.ofSeconds(120);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(25);

    /** Of our own environment; a database's variables go to the API alone. */
    private static final Set<String> PASSED_ON =
            Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "QUARRY_LOG_LEVEL");

    /** What to run. */
    record Program(List<String> command, Map<String, String> environment, Path log) {}

    /** Tells whether the part does its work yet; asked again and again. */
    interface Readiness {
        boolean isReady(String logSinceStart) throws IOException, InterruptedException;
    }

    private final String name;
    private final Program program;
    private final Readiness readiness;
    private long logStart;
    private @Nullable Process process;

    StackPart(String name, Program program, Readiness readiness) {
        this.name = name;
        this.program = program;
        this.readiness = readiness;
    }

    /** Starts the process and returns when it is ready. */
    public synchronized void start() throws IOException, InterruptedException {
        launch();
        awaitReady();
    }

    /** Starts the process and returns at once. */
    public synchronized void launch() throws IOException, InterruptedException {
        if (isAlive()) {
            throw new IllegalStateException(name + " runs already");
        }
        logStart = Files.exists(program.log()) ? Files.size(program.log()) : 0;
        process = fork();
    }

    /** The death signal follows the thread that forks, not the JVM: that thread stays until the process ends. */
    private Process fork() throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("setsid", "setpriv", "--pdeathsig", "KILL", "--"));
        line.addAll(program.command());
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(program.log().toFile()));
        builder.environment().keySet().retainAll(PASSED_ON);
        builder.environment().putAll(program.environment());
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread parent = new Thread(
                () -> {
                    try {
                        Process forked = builder.start();
                        started.complete(forked);
                        forked.waitFor();
                    } catch (IOException | InterruptedException e) {
                        started.completeExceptionally(e);
                    }
                },
                "parent-of-" + name);
        parent.setDaemon(true);
        parent.start();
        try {
            return started.get();
        } catch (ExecutionException e) {
            throw new IOException("cannot start " + name + ": " + e.getCause(), e);
        }
    }

    void awaitReady() throws IOException, InterruptedException {
        Process started = running().orElseThrow();
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        while (!readiness.isReady(logSinceStart())) {
            if (!started.isAlive()) {
                throw new IOException(name + " ended with code " + started.exitValue() + " while starting (log: "
                        + program.log() + "): " + LastWords.of(logSinceStart()));
            }
            if (System.nanoTime() > end) {
                throw new IOException(name + " is not ready after " + START_PATIENCE.toSeconds() + " s (log: "
                        + program.log() + "): " + LastWords.of(logSinceStart()));
            }
            Thread.sleep(25);
        }
    }

    private String logSinceStart() throws IOException {
        try (InputStream log = Files.newInputStream(program.log())) {
            log.skipNBytes(Math.min(logStart, Files.size(program.log())));
            return new String(log.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Optional<Process> running() {
        return Optional.ofNullable(process);
    }

    @Override
    public String toString() {
        return name;
    }

    public boolean isAlive() {
        return running().map(Process::isAlive).orElse(false);
    }

    /** The process id of the last start. */
    public long pid() {
        return running().orElseThrow().pid();
    }

    public Path log() {
        return program.log();
    }

    /** {@code kill -9}. Nothing happens if it does not run. */
    public synchronized void kill() throws InterruptedException {
        if (isAlive()) {
            running().orElseThrow().destroyForcibly().waitFor();
        }
    }

    /** SIGTERM, and SIGKILL for one that does not heed it. */
    synchronized void stop() throws InterruptedException {
        if (!isAlive()) {
            return;
        }
        Process stopping = running().orElseThrow();
        stopping.destroy();
        if (!stopping.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            kill();
        }
    }
}
