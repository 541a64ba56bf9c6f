package dev.quarry.dev.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs as processes of the worker's machine; nothing to start. */
record ProcessJobs(Path folder, Installation installation) implements JobCluster {
    @Override
    public void launch() throws InterruptedException {
        new JobSweep(folder).run();
    }

    @Override
    public void awaitReady() {}

    @Override
    public Map<String, String> workerEnvironment() throws IOException {
        return Map.of(
                "QUARRY_BACKEND", "process",
                "QUARRY_PROCESS_DIR", folder.toString(),
                "QUARRY_PROCESS_AGENT", installation.agent().toString());
    }

    @Override
    public List<ProcessHandle> jobs() {
        return new JobSweep(folder).find();
    }

    @Override
    public Optional<StackPart> part() {
        return Optional.empty();
    }

    @Override
    public Optional<String> console() {
        return Optional.empty();
    }

    @Override
    public void stop() throws InterruptedException {
        new JobSweep(folder).run();
    }
}
