package dev.quarry.dev.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Ends the jobs of a stack that is going away. Jobs outlive their worker by design (a restarted one picks them up), so nobody else
 * would. A job's processes are known by their working directory or by an environment that names the jobs' folder.
 */
final class JobSweep {
    private final Path jobs;

    JobSweep(Path jobs) {
        this.jobs = jobs;
    }

    void run() throws InterruptedException {
        for (List<ProcessHandle> found = find(); !found.isEmpty(); found = find()) {
            found.forEach(ProcessHandle::destroyForcibly);
            Thread.sleep(20);
        }
    }

    List<ProcessHandle> find() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(this::isOurs)
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .distinct()
                .toList();
    }

    private boolean isOurs(ProcessHandle process) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readSymbolicLink(proc.resolve("cwd")).startsWith(jobs)
                    || isScratchBelow(Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1));
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    private boolean isScratchBelow(String environment) {
        return environment.startsWith("QUARRY_SCRATCH=" + jobs + "/")
                || environment.contains("\0QUARRY_SCRATCH=" + jobs + "/");
    }
}
