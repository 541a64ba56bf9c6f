package dev.quarry.container.extractor;

import dev.quarry.container.extractor.ExtractorTrouble.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One running extractor process. Asked by one thread, killed by any. */
final class ExtractorProcess {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long LOOK_MILLIS = 20;

    private static final int MOST_FILES = 20_000;

    private static final ScheduledThreadPoolExecutor ALARM = alarm();

    private final ExtractorLaunch.Launched launched;
    private final Process process;
    private final ProcessOutput output;
    private final ProcessFolder folder;
    private final String name;
    private long asked;
    private volatile boolean stopped;
    private volatile boolean deaf;

    ExtractorProcess(ExtractorLaunch.Launched launched, ExtractorManifest manifest, ProcessFolder folder) {
        this.launched = launched;
        this.process = launched.process();
        this.folder = folder;
        this.name = manifest.process();
        this.output = new ProcessOutput(process, name, (long) manifest.limits().outputMb() << 20);
    }

    private static ScheduledThreadPoolExecutor alarm() {
        ScheduledThreadPoolExecutor alarm = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "extractor-alarm");
            thread.setDaemon(true);
            return thread;
        });
        alarm.setRemoveOnCancelPolicy(true);
        return alarm;
    }

    long asked() {
        return asked;
    }

    ProcessFolder folder() {
        return folder;
    }

    List<String> isolation() {
        return launched.isolation();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Hands one file to a warm process and waits for the answer within the manifest's limits. */
    ExtractorAnswer ask(ExtractorManifest manifest, ExtractorRequest request)
            throws ExtractorTrouble, InterruptedException {
        output.beginFile();
        write(manifest, request.line(++asked, manifest.name()) + "\n");
        ExtractorAnswer answer = await(manifest, request.output()).orElseThrow(() -> ended(manifest));
        refuseHidden(FolderSize.of(folder.root(), MOST_FILES));
        return answer;
    }

    /** One that reads no more while it goes on answering would let the agent wait for ever, once the pipe is full. */
    private void write(ExtractorManifest manifest, String line) throws ExtractorTrouble {
        Duration atMost = manifest.limits().silence();
        ScheduledFuture<?> tooLong = ALARM.schedule(this::giveUpWriting, atMost.toNanos(), TimeUnit.NANOSECONDS);
        boolean written = false;
        try {
            OutputStream stdin = process.getOutputStream();
            stdin.write(line.getBytes(StandardCharsets.UTF_8));
            stdin.flush();
            written = true;
        } catch (IOException gone) {
            // told apart below
        } finally {
            tooLong.cancel(false);
        }
        if (deaf) {
            throw trouble(Kind.NO_PROGRESS, "read nothing of its request for " + atMost);
        }
        if (!written) {
            throw ended(manifest);
        }
    }

    private void giveUpWriting() {
        deaf = true;
        kill();
    }

    /** Waits for the end of a process that was started for one file. Exit code 0 without a word means OK. */
    ExtractorAnswer finish(ExtractorManifest manifest, ExtractorRequest request)
            throws ExtractorTrouble, InterruptedException {
        Optional<ExtractorAnswer> answer = await(manifest, request.output());
        int exit = answer.isPresent() ? 0 : exitCode();
        if (exit == 0 && (answer.isPresent() || !stopped)) {
            refuseHidden(FolderSize.of(folder.root(), MOST_FILES));
            return answer.orElse(ExtractorAnswer.OK);
        }
        if (exit > 0 && exit < 128 && !stopped && !manifest.outOfMemoryExits().contains(exit)) {
            throw new ExtractorTrouble(Kind.EXTRACTOR_ERROR, "ended with exit code " + exit + output.lastWords());
        }
        throw ended(manifest);
    }

    /** @return empty if the process ended without an answer */
    private Optional<ExtractorAnswer> await(ExtractorManifest manifest, Path outputFolder)
            throws ExtractorTrouble, InterruptedException {
        long begun = System.nanoTime();
        long measured = begun;
        while (true) {
            boolean alive = process.isAlive(); // its stdout may be held open by what it started
            String line = output.nextAnswer(TICK_NANOS);
            if (line != null) {
                Optional<ExtractorAnswer> answer = ExtractorAnswer.of(line, asked);
                if (answer.isPresent()) {
                    return answer;
                }
            } else if (output.isAtEnd() || !alive) {
                return Optional.empty();
            }
            check(manifest, begun);
            if (System.nanoTime() - measured > MEASURE_NANOS) {
                measured = System.nanoTime();
                measure(manifest, outputFolder);
            }
        }
    }

    private void check(ExtractorManifest manifest, long begun) throws ExtractorTrouble {
        long now = System.nanoTime();
        if (output.isFlooded()) {
            throw trouble(
                    Kind.EXTRACTOR_ERROR,
                    "wrote more than " + manifest.limits().outputMb()
                            + " MB to stdout and stderr, or a line of over 4 MB");
        }
        if (now - begun > manifest.limits().total().toNanos()) {
            throw trouble(
                    Kind.TIMED_OUT, "took longer than " + manifest.limits().total());
        }
        if (now - Math.max(begun, output.lastSign())
                > manifest.limits().silence().toNanos()) {
            throw trouble(
                    Kind.NO_PROGRESS, "gave no sign for " + manifest.limits().silence());
        }
    }

    private void measure(ExtractorManifest manifest, Path outputFolder) throws ExtractorTrouble {
        FolderSize all = FolderSize.of(folder.root(), MOST_FILES);
        if (all.hasMoreFiles()) {
            throw trouble(Kind.EXTRACTOR_ERROR, "made more than " + MOST_FILES + " files");
        }
        refuseHidden(all);
        if (FolderSize.of(List.of(outputFolder)).bytes()
                > (long) manifest.limits().outputMb() << 20) {
            throw trouble(
                    Kind.EXTRACTOR_ERROR, "wrote more than " + manifest.limits().outputMb() + " MB of output");
        }
        int processes = ProcessGroups.size(process.pid());
        if (processes > manifest.limits().processes()) {
            throw trouble(
                    Kind.EXTRACTOR_ERROR,
                    "had " + processes + " processes, allowed are "
                            + manifest.limits().processes());
        }
    }

    private void refuseHidden(FolderSize size) throws ExtractorTrouble {
        if (size.isHidden()) {
            throw trouble(
                    Kind.EXTRACTOR_ERROR,
                    "made folders that the agent cannot look into: without rights, or nested too deeply");
        }
    }

    private ExtractorTrouble trouble(Kind kind, String detail) {
        kill();
        return stopped
                ? new ExtractorTrouble(Kind.STOPPED, "stopped by the agent")
                : new ExtractorTrouble(kind, detail);
    }

    private ExtractorTrouble ended(ExtractorManifest manifest) {
        int exit = exitCode();
        if (manifest.outOfMemoryExits().contains(exit)) {
            return trouble(Kind.OUT_OF_MEMORY, "ran out of memory (exit code " + exit + ")" + output.lastWords());
        }
        return trouble(Kind.CRASHED, "its process ended with exit code " + exit + output.lastWords());
    }

    private int exitCode() {
        try {
            if (process.waitFor(2, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return -1; // it closed its stdout and lives on
    }

    /** Ends the process because the agent wants it to end, whatever it does at the moment. */
    void stop() {
        stopped = true;
        kill();
    }

    void kill() {
        output.close();
        launched.kill().run();
    }

    void end(Duration atMost) throws InterruptedException {
        try {
            process.getOutputStream().close();
        } catch (IOException gone) {
            return;
        }
        process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits a moment until what the killed process had started is gone, too; false if it is not. */
    boolean awaitGroupGone(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (ProcessGroups.isAlive(process.pid())) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    /** Waits a moment for the killed process to be gone, so that its files can be removed. */
    void awaitGone(Duration atMost) throws InterruptedException {
        process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public String toString() {
        return name + " (pid " + process.pid() + ")";
    }
}
