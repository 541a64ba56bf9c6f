package dev.quarry.activity.process;

import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One job's directory: everything that is known about a job, readable by any worker process at any time. */
record JobDirectory(Path path) {
    private static final int TIMEOUT_EXIT = 124;
    private static final int SIGNAL_BASE = 128;
    private static final String SWEPT = "swept";
    private static final int KILLED = SIGNAL_BASE + 9;

    JobHandle handle() {
        return new JobHandle(path.toString());
    }

    JobId id() {
        return new JobId(path.getFileName().toString());
    }

    boolean exists() {
        return Files.isDirectory(path);
    }

    /** Where the job works. */
    Path scratch() {
        return path.resolve("scratch");
    }

    /** Jobs are started in this order: of submission. */
    long order() {
        return number("order").orElse(0L);
    }

    boolean isStarted() {
        return Files.exists(path.resolve("run"));
    }

    boolean hasEnded() {
        return Files.exists(path.resolve("exit"));
    }

    boolean isToldToStop() {
        return Files.exists(path.resolve("stop"));
    }

    /** Empty also if its file says nothing, as after a power cut: then no shim can have outlived that. */
    Optional<ShimProcess> shim() {
        return read("run").flatMap(ShimProcess::parse);
    }

    /** Marks the job as told to stop. A shim that has not started it yet will not; one that has is terminated by the caller. */
    void markStop() {
        try {
            Files.write(path.resolve("stop"), new byte[0]);
        } catch (NoSuchFileException purged) {
            // Ended long ago.
        } catch (IOException e) {
            throw failed("mark for stopping", e);
        }
    }

    /** Of a job that has ended: one that was stopped before it ran, or whose shim was killed, leaves its ticket. Again, nothing happens. */
    void deleteTicket() {
        try {
            Files.deleteIfExists(path.resolve("ticket"));
        } catch (IOException e) {
            throw failed("delete the ticket", e);
        }
    }

    JobStatus status() {
        if (!exists()) {
            return JobStatus.of(State.UNKNOWN, "no directory " + path);
        }
        Optional<JobStatus> end = end();
        if (end.isPresent()) {
            return end.get();
        }
        if (!isStarted()) {
            return isToldToStop()
                    ? JobStatus.of(State.STOPPED, "stopped before it started")
                    : JobStatus.of(State.PENDING, "waits for a free slot");
        }
        if (shim().filter(ShimProcess::isAlive).isPresent()) {
            return JobStatus.of(State.RUNNING);
        }
        // It may have ended between the two looks.
        return end().orElseGet(this::endWithoutTrace);
    }

    private JobStatus endWithoutTrace() {
        return isToldToStop()
                ? JobStatus.of(State.STOPPED, "stopped")
                : JobStatus.of(State.LOST, "its shim is gone and left no exit code");
    }

    /** Whether its shim is gone and said nothing: then what the job left behind is still to be swept. */
    boolean isAbandoned() {
        return isStarted() && !hasEnded() && shim().filter(ShimProcess::isAlive).isEmpty() && !hasEnded();
    }

    /**
     * Kills what an abandoned job left running, and writes down its end once nothing is found any more.
     *
     * @return whether nothing was found; else ask again
     */
    boolean sweep() {
        boolean nothingLeft = shim().map(shim -> shim.sweepSession(path)).orElse(true);
        if (nothingLeft) {
            markSwept();
        }
        return nothingLeft;
    }

    private void markSwept() {
        try {
            Files.writeString(path.resolve("exit"), SWEPT + "\n", StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException | NoSuchFileException endedOrPurged) {
            // Somebody else was quicker.
        } catch (IOException e) {
            throw failed("write down the end", e);
        }
    }

    private Optional<JobStatus> end() {
        return read("exit").map(line -> ended(line.trim().split(" ")));
    }

    private JobStatus ended(String[] exit) {
        if (exit[0].equals("stopped")) {
            return JobStatus.of(State.STOPPED, "stopped before it started");
        }
        // Empty while it is written, and perhaps after a power cut.
        if (exit.length != 2 || !isNumber(exit[0]) || !isNumber(exit[1])) {
            return endWithoutTrace();
        }
        int code = Integer.parseInt(exit[0]);
        boolean exited = code < SIGNAL_BASE;
        String words = exited ? "exit " + code : "killed by signal " + (code - SIGNAL_BASE);
        if (code == 0) {
            return new JobStatus(State.SUCCEEDED, 0, null);
        }
        if (isToldToStop()) {
            return new JobStatus(State.STOPPED, exited && code != TIMEOUT_EXIT ? code : null, "stopped, " + words);
        }
        if ((code == TIMEOUT_EXIT || code == KILLED) && Long.parseLong(exit[1]) >= maxRuntimeSeconds()) {
            return JobStatus.of(State.TIMED_OUT, "ran longer than " + maxRuntimeSeconds() + " s");
        }
        @Nullable Integer own = exited ? code : null;
        return new JobStatus(State.FAILED, own, words);
    }

    private long maxRuntimeSeconds() {
        return number("max-runtime").orElse(Long.MAX_VALUE);
    }

    /** Empty also where the file says nothing, as after a power cut. */
    private Optional<Long> number(String file) {
        return read(file).filter(JobDirectory::isNumber).map(Long::parseLong);
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,18}");
    }

    private Optional<String> read(String file) {
        try {
            return Optional.of(Files.readString(path.resolve(file)).trim());
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read " + file, e);
        }
    }

    private JobBackendException failed(String what, IOException e) {
        return new JobBackendException("cannot " + what + " in " + path, e);
    }
}
