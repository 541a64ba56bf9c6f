package dev.quarry.dev.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** All files of a folder through one parser, from some threads: the main loop of the programs that Quarry is compared with. */
final class ParsePass {
    private static final int REPORTED = 250;

    private final Queue<Path> queue;
    private final int files;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger parsed = new AtomicInteger();

    interface Parse {
        /** Whether there was a result. */
        boolean parse(Path file);
    }

    private ParsePass(List<Path> found) {
        queue = new ConcurrentLinkedQueue<>(found);
        files = found.size();
    }

    /** Measures from the start of this process, so that its start-up counts, and with the processes it started. */
    static Measured over(Path folder, int threads, Parse parse) throws IOException, InterruptedException {
        ParsePass pass = new ParsePass(SmallFiles.below(folder));
        pass.run(threads, parse);
        ProcessHandle self = ProcessHandle.current();
        Duration wall = Duration.between(self.info().startInstant().orElseThrow(), Instant.now());
        return new Measured(pass.files, pass.parsed.get(), wall.toMillis() / 1000.0, ProcessCpu.ofTree(self.pid()));
    }

    private void run(int count, Parse parse) throws InterruptedException {
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++) {
            threads[i] = new Thread(() -> drain(parse));
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void drain(Parse parse) {
        for (Path file = queue.poll(); file != null; file = queue.poll()) {
            int number = begun.incrementAndGet();
            if (number % REPORTED == 0) {
                System.out.println(number + "/" + files + " files");
            }
            if (parse.parse(file)) {
                parsed.incrementAndGet();
            }
        }
    }
}
