package dev.quarry.container.extractor;

import dev.quarry.container.extractor.ExtractorTrouble.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The extractor processes of one thread of the agent: started when needed, replaced when they crashed, hung, or have served their number
 * of files. An item that crashes, hangs or starves its process is tried once more in a fresh one, so that it is not blamed for what an
 * earlier file left behind.
 */
public final class ExtractorSet {
    private static final Logger LOG = LoggerFactory.getLogger(ExtractorSet.class);
    private static final Duration GONE = Duration.ofSeconds(2);

    private final ExtractorLaunch launch;
    private final Path folder;
    private final Map<String, ExtractorProcess> processes = new ConcurrentHashMap<>();
    private int started;
    private volatile boolean stopped;

    /** @param folder where the processes' own folders are made */
    public ExtractorSet(ExtractorLaunch launch, Path folder) {
        this.launch = launch;
        this.folder = folder;
    }

    /** Starts the warm processes that take long to start, before there is a file for them. */
    public void warmUp(List<ExtractorManifest> manifests) throws IOException, InterruptedException {
        for (ExtractorManifest manifest : manifests) {
            if (manifest.mode() == ExtractorManifest.Mode.WARM
                    && manifest.start() == ExtractorManifest.Start.EAGER
                    && !processes.containsKey(manifest.process())) {
                processes.put(manifest.process(), start(manifest, null));
            }
        }
    }

    public ExtractorRun run(ExtractorManifest manifest, ExtractorRequest request)
            throws IOException, InterruptedException {
        ExtractorRun run = once(manifest, request);
        if (run.trouble() == null || !run.trouble().kind().worthAnotherTry() || stopped) {
            return run;
        }
        LOG.warn(
                "extractor {} on '{}': {}; once more in a fresh process",
                manifest.name(),
                request.name(),
                run.trouble().detail());
        ScratchFolder.clear(request.output());
        return once(manifest, request);
    }

    private ExtractorRun once(ExtractorManifest manifest, ExtractorRequest request)
            throws IOException, InterruptedException {
        Files.createDirectories(request.output());
        long begun = System.nanoTime();
        ExtractorProcess process = processFor(manifest, request);
        try {
            ExtractorAnswer answer = manifest.mode() == ExtractorManifest.Mode.WARM
                    ? process.ask(manifest, request)
                    : process.finish(manifest, request);
            return new ExtractorRun(manifest, answer, null, request.output(), since(begun), process.isolation());
        } catch (ExtractorTrouble trouble) {
            discard(manifest, process);
            ExtractorTrouble told = stopped ? new ExtractorTrouble(Kind.STOPPED, "stopped by the agent") : trouble;
            return new ExtractorRun(manifest, null, told, request.output(), since(begun), process.isolation());
        } finally {
            if (manifest.mode() == ExtractorManifest.Mode.ONCE) {
                discard(manifest, process);
            } else {
                ScratchFolder.clear(process.folder());
            }
        }
    }

    private ExtractorProcess processFor(ExtractorManifest manifest, ExtractorRequest request)
            throws IOException, InterruptedException {
        if (manifest.mode() == ExtractorManifest.Mode.ONCE) {
            ExtractorProcess process = start(manifest, request);
            processes.put(manifest.process(), process);
            return process;
        }
        ExtractorProcess process = processes.get(manifest.process());
        if (process != null
                && (!process.isAlive() || process.asked() >= manifest.limits().files())) {
            discard(manifest, process);
            process = null;
        }
        if (process == null) {
            process = start(manifest, null);
            processes.put(manifest.process(), process);
        }
        if (stopped) {
            process.stop();
        }
        return process;
    }

    private ExtractorProcess start(
            ExtractorManifest manifest, @org.jspecify.annotations.Nullable ExtractorRequest request)
            throws IOException, InterruptedException {
        Path own = folder.resolve(manifest.process() + "-" + ++started);
        Files.createDirectories(own);
        return new ExtractorProcess(launch.start(manifest, own, request), manifest, own);
    }

    private void discard(ExtractorManifest manifest, ExtractorProcess process) throws InterruptedException {
        process.kill();
        processes.remove(manifest.process(), process);
        process.awaitGone(GONE);
        ScratchFolder.delete(process.folder());
    }

    /** Stops what runs now; the item in hand ends with trouble of kind STOPPED. Later files get fresh processes. */
    public void stopCurrent() {
        processes.values().forEach(ExtractorProcess::stop);
    }

    /** Lets warm processes come to their own end, which they do when their input ends. */
    public void end(Duration atMost) throws InterruptedException {
        for (ExtractorProcess process : processes.values()) {
            process.end(atMost);
        }
    }

    /** Stops everything for good. Called by any thread. */
    public void stop() {
        stopped = true;
        stopCurrent();
    }

    private static long since(long begun) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }
}
