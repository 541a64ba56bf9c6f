package dev.quarry.dev.endtoend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Processes that the operating system knows by a mark, a folder or the id of a job, in their command line, their environment or the name
 * of the folder that they work in. What a scheduler says does not count.
 */
record ProcessesOf(String mark) {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    static ProcessesOf folder(Path folder) {
        return new ProcessesOf(folder.toString());
    }

    List<ProcessHandle> now() {
        return without(Set.of());
    }

    /** @param expected those that stay: the scheduler's own */
    void awaitNone(Set<Long> expected) throws Exception {
        try {
            TestStore.await(
                    "all processes of jobs to end",
                    PATIENCE,
                    () -> without(expected).isEmpty());
        } catch (AssertionError e) {
            throw new AssertionError(
                    without(expected).stream().map(ProcessesOf::told).toList() + " are left of " + mark, e);
        }
    }

    private List<ProcessHandle> without(Set<Long> expected) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> !expected.contains(process.pid()))
                .filter(this::isMarked)
                .toList();
    }

    private boolean isMarked(ProcessHandle process) {
        return read(process, "cmdline").contains(mark)
                || read(process, "environ").contains(mark)
                || workingFolder(process).contains(mark);
    }

    /** Empty for one that is gone, or not ours to look at. */
    private static String read(ProcessHandle process, String what) {
        try {
            return Files.readString(proc(process).resolve(what), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    private static String workingFolder(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(proc(process).resolve("cwd")).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    private static Path proc(ProcessHandle process) {
        return Path.of("/proc", Long.toString(process.pid()));
    }

    private static String told(ProcessHandle process) {
        return process.pid() + " " + read(process, "cmdline").replace('\0', ' ');
    }
}
