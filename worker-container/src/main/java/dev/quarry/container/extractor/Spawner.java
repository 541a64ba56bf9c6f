package dev.quarry.container.extractor;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts processes with an environment of four variables. The kernel delivers a parent-death signal when the *thread* that forked ends,
 * so one thread that never ends starts them all.
 */
final class Spawner {
    /** Where extractors find programs. */
    static final String PATH = "/usr/local/bin:/usr/bin:/bin";

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "spawner");
        thread.setDaemon(true);
        return thread;
    });

    /** @param folder working directory, home and place for temporary files */
    Process start(List<String> command, Path folder, boolean withoutInput) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH", PATH, "LANG", "C.UTF-8", "HOME", folder.toString(), "TMPDIR", folder.toString()));
        if (withoutInput) {
            builder.redirectInput(new File("/dev/null"));
        }
        try {
            return thread.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException("Cannot start " + command + ": " + e.getCause(), e.getCause());
        }
    }
}
