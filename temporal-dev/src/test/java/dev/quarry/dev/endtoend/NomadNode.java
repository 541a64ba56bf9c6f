package dev.quarry.dev.endtoend;

import dev.quarry.dev.stack.NomadLeftovers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One Nomad agent as a process that can be killed, halted and started again. What it starts is known by its data folder. */
final class NomadNode {
    private final Path program;
    private final Path data;
    private final Path configuration;
    private final URI address;
    private @Nullable Process process;

    NomadNode(Path program, Path data, Path configuration, URI address) {
        this.program = program;
        this.data = data;
        this.configuration = configuration;
        this.address = address;
    }

    URI address() {
        return address;
    }

    void start() throws IOException {
        process = new ProcessBuilder(program.toString(), "agent", "-data-dir=" + data, "-config=" + configuration)
                .directory(data.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        data.resolveSibling(data.getFileName() + ".log").toFile()))
                .start();
    }

    /** {@code kill -9}; its jobs go on. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            process.waitFor();
        }
    }

    /** It hears and says nothing until {@link #resume}, but has not ended. */
    void halt() throws IOException, InterruptedException {
        signal("STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        if (process != null) {
            new ProcessBuilder("kill", "-s", name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        }
    }

    /** Those of its tasks, with what Nomad put between; and itself. */
    ProcessesOf processes() {
        return ProcessesOf.folder(data);
    }

    long pid() {
        return process == null ? 0 : process.pid();
    }

    void close() throws IOException, InterruptedException {
        resume();
        stop();
        NomadLeftovers.end(data);
    }
}
