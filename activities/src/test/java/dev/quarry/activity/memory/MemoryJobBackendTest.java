package dev.quarry.activity.memory;

import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobBackendContract;
import dev.quarry.activity.job.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

class MemoryJobBackendTest extends JobBackendContract {
    private final MemoryCluster cluster = new MemoryCluster(Map.of(MISBEHAVE, MemoryJobBackendTest::misbehave));

    @Override
    protected JobBackend newBackend() {
        return new MemoryJobBackend(cluster, Duration.ofMillis(300));
    }

    /** The habits of misbehave.sh, as a thread has them: what it starts are threads, and only an interruption kills it. */
    private static int misbehave(JobSpec spec, StopSignal signal) throws Exception {
        List<String> habit = spec.arguments();
        return switch (habit.get(0)) {
            case "exit" -> Integer.parseInt(habit.get(1));
            case "touch" -> touch(Path.of(habit.get(1)));
            case "hang" -> hang(signal, 143);
            case "polite" -> polite(Path.of(habit.get(1)), signal);
            case "stubborn" -> pulse(Path.of(habit.get(1)));
            case "fork" -> fork(Path.of(habit.get(1)));
            case "signal" -> throw new IllegalStateException("crashed by " + habit.get(1));
            case "memory" -> eatMemory();
            case "extractor-memory" -> extractorOutOfMemory();
            case "disk" -> fillDisk();
            case "scratch-full" -> scratchFull();
            // A thread has no output of its own.
            case "flood" -> 0;
            case "wait" -> waitFor(Path.of(habit.get(1)));
            default -> 64;
        };
    }

    private static int touch(Path file) throws IOException {
        Files.writeString(file, "started\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return 0;
    }

    private static int hang(StopSignal signal, int code) throws InterruptedException {
        return signal.await(Duration.ofMinutes(1)) ? code : 64;
    }

    private static int polite(Path ready, StopSignal signal) throws Exception {
        Files.createFile(ready);
        return hang(signal, 23);
    }

    private static int pulse(Path file) throws Exception {
        while (!Thread.interrupted()) {
            touch(file);
            new StopSignal().await(Duration.ofMillis(50));
        }
        throw new InterruptedException();
    }

    private static int fork(Path file) throws Exception {
        new Thread(() -> leftBehind(file)).start();
        waitFor(file);
        return 0;
    }

    private static void leftBehind(Path file) {
        try {
            pulse(file);
        } catch (Exception killed) {
            Thread.currentThread().interrupt();
        }
    }

    private static int eatMemory() {
        return new long[Integer.MAX_VALUE].length;
    }

    private static int extractorOutOfMemory() {
        try {
            return eatMemory();
        } catch (OutOfMemoryError ofTheExtractor) {
            return 21;
        }
    }

    private static int fillDisk() throws IOException {
        Files.write(Path.of("/dev/full"), new byte[1], StandardOpenOption.WRITE);
        return 0;
    }

    private static int scratchFull() {
        try {
            return fillDisk();
        } catch (IOException full) {
            return 20;
        }
    }

    private static int waitFor(Path file) throws InterruptedException {
        while (!Files.exists(file)) {
            new StopSignal().await(Duration.ofMillis(10));
        }
        return 0;
    }
}
