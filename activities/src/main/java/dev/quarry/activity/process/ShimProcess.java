package dev.quarry.activity.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shim of a job, by pid and start time: pids are used again, start times tell them apart. */
record ShimProcess(long pid, long startTime) {
    private static final Pattern LINE = Pattern.compile("([0-9]{1,18}) ([0-9]{1,18})");

    /** Empty if it names none. */
    static Optional<ShimProcess> parse(String line) {
        Matcher parts = LINE.matcher(line.trim());
        return parts.matches()
                ? Optional.of(new ShimProcess(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    boolean isAlive() {
        return stat(pid)
                .filter(stat -> stat.startTime == startTime && !stat.ended())
                .isPresent();
    }

    /** Sends SIGTERM, unless the pid is somebody else's by now. */
    void terminate() {
        if (isAlive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
    }

    /**
     * Kills what a shim that is gone left in its session, as far as it carries its job's mark: the session's id may be a stranger's by now.
     *
     * @return whether nothing was found; else it may have forked meanwhile, and the caller is to ask again
     */
    boolean sweepSession(Path job) {
        // The kernel gives a pid away only when its session is empty, so whoever has it now proves that nothing was
        // left.
        if (stat(pid).isPresent()) {
            return !isAlive();
        }
        List<ProcessHandle> left = ProcessHandle.allProcesses()
                .filter(process -> stat(process.pid())
                        .filter(stat -> stat.session == pid && !stat.ended())
                        .isPresent())
                .filter(process -> isMarked(process.pid(), job.toString()))
                .toList();
        left.forEach(ProcessHandle::destroyForcibly);
        return left.isEmpty();
    }

    /** Whether the process works in the job's folder, or has its environment, which names the folder. */
    private static boolean isMarked(long pid, String job) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            String works = Files.readSymbolicLink(process.resolve("cwd")).toString();
            if (works.equals(job) || works.startsWith(job + "/")) {
                return true;
            }
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            String asRead = new String(job.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            return environment.contains("=" + asRead + "/");
        } catch (IOException goneOrForeign) {
            return false;
        }
    }

    private static Optional<Stat> stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The command's name may hold blanks and brackets; the last bracket ends it.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return Optional.of(new Stat(fields[0], Long.parseLong(fields[3]), Long.parseLong(fields[19])));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private record Stat(String state, long session, long startTime) {
        boolean ended() {
            return state.equals("Z") || state.equals("X");
        }
    }
}
