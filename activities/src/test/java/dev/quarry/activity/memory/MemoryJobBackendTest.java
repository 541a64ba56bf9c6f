package dev.quarry.activity.memory;

import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobBackendContract;
import dev.quarry.activity.job.JobSpec;
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

    /** The habits of misbehave.sh, as far as a thread can have them. */
    private static int misbehave(JobSpec spec, StopSignal signal) throws Exception {
        List<String> habit = spec.arguments();
        return switch (habit.get(0)) {
            case "exit" -> Integer.parseInt(habit.get(1));
            case "touch" -> touch(Path.of(habit.get(1)));
            case "hang" -> hang(signal, 143);
            case "polite" -> polite(Path.of(habit.get(1)), signal);
            case "stubborn" -> stubborn(Path.of(habit.get(1)));
            case "signal" -> throw new IllegalStateException("crashed");
            case "memory" -> throw new OutOfMemoryError("as told");
            case "disk" -> throw new java.io.IOException("no space left on device");
            case "flood" -> 0;
            case "wait" -> waitFor(Path.of(habit.get(1)));
            default -> 64;
        };
    }

    private static int touch(Path file) throws Exception {
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

    private static int stubborn(Path ready) throws Exception {
        Files.createFile(ready);
        new java.util.concurrent.CountDownLatch(1).await();
        return 0;
    }

    private static int waitFor(Path file) throws InterruptedException {
        while (!Files.exists(file)) {
            new StopSignal().await(Duration.ofMillis(10));
        }
        return 0;
    }
}
