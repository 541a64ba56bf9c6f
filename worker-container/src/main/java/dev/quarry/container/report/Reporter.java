package dev.quarry.container.report;

import dev.quarry.container.ExitCode;
import dev.quarry.container.StopException;
import dev.quarry.container.job.JobApi;
import dev.quarry.container.job.LineAnswer;
import dev.quarry.container.job.RefusedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Posts result lines in the order they came, many in a request. Lines that gather while one request is under way go with the next.
 *
 * <p>The first result of an attempt is posted at once, so that something shows early; later ones when 50 lines, 256 KiB or one second
 * have come together, or when somebody who waits says {@link #hurry()}.
 */
public final class Reporter {
    private static final int FLUSH_LINES = 50;
    private static final long FLUSH_BYTES = 256 * 1024;
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(1);
    // Below the API's 2,000 lines and 32 MiB a request.
    private static final int MOST_LINES = 1_000;
    private static final long MOST_BYTES = 17L << 20;
    private static final long WAITING_BYTES = 8L << 20;

    private record Line(byte[] bytes, CompletableFuture<LineAnswer> answer) {}

    private final JobApi api;
    private final Consumer<StopException> onStop;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Line> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long oldest;
    private boolean hurry;
    private boolean always;
    private boolean posting;
    private boolean resultPosted;

    public Reporter(JobApi api, Consumer<StopException> onStop) {
        this.api = api;
        this.onStop = onStop;
        Thread poster = new Thread(this::run, "reporter");
        poster.setDaemon(true);
        poster.start();
    }

    /** Adds a line of a few hundred bytes; never waits. */
    public CompletableFuture<LineAnswer> add(byte[] line) {
        lock.lock();
        try {
            return enqueue(line);
        } finally {
            lock.unlock();
        }
    }

    /** Adds a result, waiting while too many bytes are on their way. */
    public CompletableFuture<LineAnswer> addResult(byte[] line) throws InterruptedException {
        lock.lock();
        try {
            while (waitingBytes > 0 && waitingBytes + line.length > WAITING_BYTES) {
                hurry = true;
                changed.signalAll();
                changed.await();
            }
            if (!resultPosted) {
                resultPosted = true;
                hurry = true;
            }
            return enqueue(line);
        } finally {
            lock.unlock();
        }
    }

    private CompletableFuture<LineAnswer> enqueue(byte[] line) {
        CompletableFuture<LineAnswer> answer = new CompletableFuture<>();
        if (waiting.isEmpty()) {
            oldest = System.nanoTime();
        }
        waiting.add(new Line(line, answer));
        waitingBytes += line.length;
        changed.signalAll();
        return answer;
    }

    /** Somebody waits for an answer to a line already added. */
    public void hurry() {
        lock.lock();
        try {
            hurry = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing is held back: there is not enough to come to make batches of. */
    public void hurryAlways() {
        lock.lock();
        try {
            always = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything added so far is answered; false if that took too long. */
    public boolean flush(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        lock.lock();
        try {
            while (!waiting.isEmpty() || posting) {
                hurry = true;
                changed.signalAll();
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                changed.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(50)));
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                post(next());
            }
        } catch (StopException e) {
            onStop.accept(e);
        } catch (RefusedException e) {
            onStop.accept(new StopException(ExitCode.TOLD_TO_STOP, "Results are refused: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            onStop.accept(new StopException(ExitCode.CRASHED, "Posting results failed: " + e));
        }
    }

    private List<Line> next() throws InterruptedException {
        lock.lock();
        try {
            posting = false;
            changed.signalAll();
            while (!isDue()) {
                if (waiting.isEmpty()) {
                    changed.await();
                } else {
                    changed.awaitNanos(oldest + FLUSH_NANOS - System.nanoTime());
                }
            }
            posting = true;
            return take();
        } finally {
            lock.unlock();
        }
    }

    private boolean isDue() {
        return !waiting.isEmpty()
                && (hurry
                        || always
                        || waiting.size() >= FLUSH_LINES
                        || waitingBytes >= FLUSH_BYTES
                        || System.nanoTime() - oldest >= FLUSH_NANOS);
    }

    private List<Line> take() {
        List<Line> batch = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty() && batch.size() < MOST_LINES) {
            int length = waiting.getFirst().bytes.length;
            if (bytes > 0 && bytes + length > MOST_BYTES) {
                break;
            }
            bytes += length;
            batch.add(waiting.removeFirst());
        }
        waitingBytes -= bytes;
        hurry = hurry && !waiting.isEmpty();
        oldest = System.nanoTime();
        return batch;
    }

    private void post(List<Line> batch) throws RefusedException {
        List<LineAnswer> answers = api.results(batch.stream().map(Line::bytes).toList());
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer.complete(answers.get(i));
        }
    }
}
