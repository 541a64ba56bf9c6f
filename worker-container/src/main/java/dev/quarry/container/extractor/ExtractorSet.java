package dev.quarry.container.extractor;

import dev.quarry.container.extractor.ExtractorTrouble.Kind;
import java.io.IOException;
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
                processes.put(manifest.process(), start(manifest));
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
        return once(manifest, request);
    }

    private ExtractorRun once(ExtractorManifest manifest, ExtractorRequest request)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        boolean warm = manifest.mode() == ExtractorManifest.Mode.WARM;
        ExtractorProcess process = warm ? warm(manifest) : forOneFile(manifest, request);
        try {
            ExtractorAnswer answer = warm ? ask(process, manifest, request) : finish(process, manifest, request);
            return new ExtractorRun(manifest, answer, null, request.output(), since(begun), process.isolation());
        } catch (ExtractorTrouble trouble) {
            discard(manifest, process);
            ExtractorTrouble told = stopped ? new ExtractorTrouble(Kind.STOPPED, "stopped by the agent") : trouble;
            return new ExtractorRun(manifest, null, told, request.output(), since(begun), process.isolation());
        } finally {
            if (!warm) {
                discard(manifest, process);
            }
        }
    }

    private static ExtractorAnswer ask(ExtractorProcess process, ExtractorManifest manifest, ExtractorRequest request)
            throws ExtractorTrouble, InterruptedException {
        ExtractorRequest handed;
        try {
            handed = process.folder().handOver(request);
        } catch (IOException e) {
            throw new ExtractorTrouble(Kind.CRASHED, "its folder is not as it was: " + e);
        }
        ExtractorAnswer answer = process.ask(manifest, handed);
        takeBack(process, handed, request);
        return answer;
    }

    private static ExtractorAnswer finish(
            ExtractorProcess process, ExtractorManifest manifest, ExtractorRequest request)
            throws ExtractorTrouble, InterruptedException {
        ExtractorRequest handed = process.folder().handed(request);
        ExtractorAnswer answer = process.finish(manifest, handed);
        process.kill(); // what it left running must not write on
        takeBack(process, handed, request);
        return answer;
    }

    private static void takeBack(ExtractorProcess process, ExtractorRequest handed, ExtractorRequest request)
            throws ExtractorTrouble {
        try {
            process.folder().takeBack(handed, request.output());
        } catch (IOException e) {
            throw new ExtractorTrouble(Kind.EXTRACTOR_ERROR, "its output cannot be taken over: " + e);
        }
    }

    private ExtractorProcess warm(ExtractorManifest manifest) throws IOException, InterruptedException {
        ExtractorProcess process = processes.get(manifest.process());
        if (process != null
                && (!process.isAlive() || process.asked() >= manifest.limits().files())) {
            discard(manifest, process);
            process = null;
        }
        if (process == null) {
            process = start(manifest);
            processes.put(manifest.process(), process);
        }
        if (stopped) {
            process.stop();
        }
        return process;
    }

    private ExtractorProcess start(ExtractorManifest manifest) throws IOException, InterruptedException {
        ProcessFolder own = newFolder(manifest);
        return new ExtractorProcess(launch.start(manifest, own, null), manifest, own);
    }

    private ExtractorProcess forOneFile(ExtractorManifest manifest, ExtractorRequest request)
            throws IOException, InterruptedException {
        ProcessFolder own = newFolder(manifest);
        ExtractorProcess process =
                new ExtractorProcess(launch.start(manifest, own, own.handOver(request)), manifest, own);
        processes.put(manifest.process(), process);
        return process;
    }

    private ProcessFolder newFolder(ExtractorManifest manifest) throws IOException {
        return launch.folder(folder.resolve(manifest.process() + "-" + ++started));
    }

    private void discard(ExtractorManifest manifest, ExtractorProcess process) throws InterruptedException {
        process.kill();
        processes.remove(manifest.process(), process);
        process.awaitGone(GONE);
        Path own = process.folder().root();
        if (!ScratchFolder.remove(own) && process.awaitGroupGone(GONE)) {
            ScratchFolder.delete(own);
        }
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
