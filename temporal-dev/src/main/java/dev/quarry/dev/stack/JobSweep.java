package dev.quarry.dev.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Ends the jobs of a stack that is going away. Jobs outlive their worker by design (a restarted one picks them up), so nobody else
 * would. A job's processes are known by an environment that puts their home, scratch or allocation below the jobs' folder, and Nomad's
 * own by their program. To work in that folder is no mark: so does its user's shell, or an editor on a log.
 */
final class JobSweep {
    /** {@code nomad-1.6.5} too, and what the kernel calls {@code nomad (deleted)} once an upgrade has replaced it. */
    private static final Pattern NOMAD = Pattern.compile(".*/\\.?nomad[^/]*");

    private final Path jobs;
    private final Pattern mark;

    JobSweep(Path jobs) {
        this.jobs = jobs;
        this.mark = Pattern.compile(
                "(^|\0)(HOME|TMPDIR|QUARRY_SCRATCH|NOMAD_ALLOC_DIR)=" + Pattern.quote(bytesOf(jobs + "/")));
    }

    /** As an environment reads that is taken byte by byte: names need not be text. */
    private static String bytesOf(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
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
            return mark.matcher(Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1))
                            .find()
                    || isOfNomad(proc);
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    /** What an agent puts between itself and a task has the agent's environment and the agent's working directory. */
    private boolean isOfNomad(Path proc) throws IOException {
        return Files.readSymbolicLink(proc.resolve("cwd")).startsWith(jobs)
                && NOMAD.matcher(Files.readSymbolicLink(proc.resolve("exe")).toString())
                        .matches();
    }
}
