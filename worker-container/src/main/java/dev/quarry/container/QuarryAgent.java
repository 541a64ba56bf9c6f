package dev.quarry.container;

import dev.quarry.container.extractor.ExtractorCatalog;
import dev.quarry.container.extractor.ExtractorLaunch;
import dev.quarry.container.extractor.ExtractorManifest;
import dev.quarry.container.item.Pipeline;
import dev.quarry.container.item.Scratch;
import dev.quarry.container.job.Claim;
import dev.quarry.container.job.JobApi;
import dev.quarry.container.job.RefusedException;
import dev.quarry.container.report.Reporter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's main: one attempt, from claim to exit code. */
public final class QuarryAgent {
    private static final Logger LOG = LoggerFactory.getLogger(QuarryAgent.class);

    private static final Duration TRAINING_END = Duration.ofMinutes(2); // an archive takes seconds to write

    private static final Duration TERMINATION_MARGIN = Duration.ofSeconds(2);

    private final AgentEnvironment environment;
    private final StopSignal stop = new StopSignal();

    private QuarryAgent(AgentEnvironment environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        Runtime.getRuntime().halt(run().code());
    }

    private static ExitCode run() {
        try {
            AgentEnvironment environment = AgentEnvironment.of(System.getenv(), image());
            return new QuarryAgent(environment).attempt();
        } catch (BadEnvironmentException e) {
            return ended(ExitCode.BAD_CONFIGURATION, e.getMessage());
        } catch (StopException e) {
            return ended(e.exitCode(), e.getMessage());
        } catch (RefusedException e) {
            return ended(ExitCode.TOLD_TO_STOP, e.getMessage());
        } catch (IOException | InterruptedException | RuntimeException e) {
            LOG.error("The agent itself failed", e);
            return ExitCode.CRASHED;
        }
    }

    private static ExitCode ended(ExitCode exitCode, @org.jspecify.annotations.Nullable String why) {
        LOG.error("exit {} {}: {}", exitCode.code(), exitCode, why);
        return exitCode;
    }

    private ExitCode attempt() throws IOException, InterruptedException, RefusedException {
        Scratch scratch = new Scratch(environment.scratch(), environment.diskMb());
        try {
            // Before the claim: a job that may not run must not use up its ticket.
            return claimed(scratch, new ExtractorLaunch(environment, scratch.processes(), scratch.inputs()));
        } finally {
            scratch.clear();
        }
    }

    private ExitCode claimed(Scratch scratch, ExtractorLaunch launch)
            throws IOException, InterruptedException, RefusedException {
        JobApi api = new JobApi(environment);
        Claim claim = api.claim(environment.ticket().secret());
        LOG.info(
                "claimed attempt {} epoch {} lane {} as job {}",
                claim.attempt(),
                claim.epoch(),
                claim.lane(),
                environment.jobId());
        List<ExtractorManifest> manifests =
                new ExtractorCatalog(environment.extractorFolders()).named(claim.extractors());
        Reporter reporter = new Reporter(api, stop::stop);
        Pipeline pipeline = new Pipeline(environment, api, reporter, scratch, stop, manifests, launch);
        Runtime.getRuntime().addShutdownHook(new Thread(this::terminate, "terminate"));
        Heartbeat heartbeat = new Heartbeat(api, pipeline, scratch, stop);
        try {
            pipeline.warmUp();
            heartbeat.start(claim.renewIn());
            ExitCode exitCode = pipeline.run(api.items());
            heartbeat.last();
            if (environment.training()) {
                pipeline.end(TRAINING_END);
            }
            LOG.info("exit {} {}: {} items done", exitCode.code(), exitCode, pipeline.itemsDone());
            return exitCode;
        } catch (StopException e) {
            if (e.exitCode() == ExitCode.TERMINATED) {
                boolean all = pipeline.drain(environment.termination());
                heartbeat.last();
                LOG.info("{} items done, all that was extracted is reported: {}", pipeline.itemsDone(), all);
            }
            throw e;
        } finally {
            pipeline.stop();
        }
    }

    /**
     * On SIGTERM nothing new is taken, what is extracted is brought out, and what is under way is left to the next attempt. The main
     * thread does that and halts; this one only keeps the JVM until then.
     */
    private void terminate() {
        stop.stop(new StopException(ExitCode.TERMINATED, "told to terminate by a signal"));
        try {
            Thread.sleep(environment.termination().plus(TERMINATION_MARGIN).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ExitCode.TERMINATED.code());
    }

    /** The image's folder: two above the jar of this class, lib/agent/x.jar. */
    private static Path image() {
        try {
            Path jar = Path.of(QuarryAgent.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path lib = jar.getParent() == null ? jar : jar.getParent().getParent();
            return lib == null || lib.getParent() == null ? jar : lib.getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
