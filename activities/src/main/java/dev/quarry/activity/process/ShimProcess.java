package dev.quarry.activity.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The shim of a job, by pid and start time: pids are used again, start times tell them apart. */
record ShimProcess(long pid, long startTime) {
    static ShimProcess parse(String line) {
        String[] parts = line.trim().split(" ");
        return new ShimProcess(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
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

    /** Kills what a shim that is gone left in its session: as long as a member lives its id is not given to a new session. */
    void sweepSession() {
        if (isAlive()) {
            return;
        }
        ProcessHandle.allProcesses()
                .filter(process -> stat(process.pid())
                        .filter(stat -> stat.session == pid && !stat.ended())
                        .isPresent())
                .forEach(ProcessHandle::destroyForcibly);
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
