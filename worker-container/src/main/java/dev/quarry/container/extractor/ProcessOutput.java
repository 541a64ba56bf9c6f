package dev.quarry.container.extractor;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Drains stdout and stderr of one process for as long as it lives, keeping answers and the last words only. */
final class ProcessOutput {
    private static final int LONGEST_LINE = 4 << 20;
    private static final int LAST_WORDS = 400;
    private static final long LAST_WORDS_MILLIS = 500;
    private static final long CLOSED_MILLIS = 200;
    private static final String END = "";

    // One is asked for at a time. A process that says more waits, and does not fill the agent's memory with lines of 4
    // MiB.
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(1);
    private final AtomicLong bytes = new AtomicLong();
    private final long mostBytes;
    private volatile long lastSign = System.nanoTime();
    private volatile boolean atEnd;
    private volatile boolean closed;
    private volatile boolean flooded;
    private volatile String lastError = "";

    private final Thread stderr;

    ProcessOutput(Process process, String name, long mostBytes) {
        this.mostBytes = mostBytes;
        drain(process.getInputStream(), name + "-stdout", this::onLine);
        stderr = drain(process.getErrorStream(), name + "-stderr", this::onError);
    }

    /** Forgets what the process said about earlier files. */
    void beginFile() {
        answers.clear();
        bytes.set(0);
        lastError = "";
        flooded = false;
    }

    /** Nobody will ask again: what the process has said and nobody took is not waited for. */
    void close() {
        closed = true;
        answers.clear();
    }

    /** The next line that may be an answer, or null if none came in time. */
    @Nullable
    String nextAnswer(long nanos) throws InterruptedException {
        String line = answers.poll(nanos, TimeUnit.NANOSECONDS);
        return END.equals(line) ? null : line;
    }

    boolean isAtEnd() {
        return atEnd && answers.isEmpty();
    }

    boolean isFlooded() {
        return flooded || bytes.get() > mostBytes;
    }

    long lastSign() {
        return lastSign;
    }

    /** The last line on stderr of a process that has ended, for a detail that people read. */
    String lastWords() {
        try {
            stderr.join(LAST_WORDS_MILLIS); // grandchildren may hold it open
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String words = lastError;
        return words.isEmpty() ? "" : ": " + words;
    }

    private interface LineReader {
        void read(String line) throws InterruptedException;
    }

    private void onLine(String line) throws InterruptedException {
        lastSign = System.nanoTime();
        if (line.startsWith("{") && line.contains("\"status\"")) {
            boolean taken = closed;
            while (!taken) {
                taken = answers.offer(line, CLOSED_MILLIS, TimeUnit.MILLISECONDS) || closed;
            }
        }
    }

    private void onError(String line) {
        if (!line.isBlank()) {
            lastError = line.length() <= LAST_WORDS ? line : line.substring(0, LAST_WORDS);
        }
    }

    private Thread drain(InputStream stream, String name, LineReader reader) {
        Thread thread = new Thread(
                () -> {
                    try (InputStream in = new BufferedInputStream(stream, 32 * 1024)) {
                        lines(in, reader);
                    } catch (IOException closed) {
                        // The process is gone; the end is reported below.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    if (name.endsWith("-stdout")) {
                        atEnd = true;
                        answers.offer(END);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void lines(InputStream in, LineReader reader) throws IOException, InterruptedException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            bytes.incrementAndGet();
            if (next == '\n') {
                reader.read(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else if (line.size() < LONGEST_LINE) {
                line.write(next);
            } else {
                flooded = true; // half an answer is none
            }
        }
    }
}
