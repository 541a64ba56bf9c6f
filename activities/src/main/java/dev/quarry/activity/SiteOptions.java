package dev.quarry.activity;

import dev.quarry.activity.ecs.EcsJobBackend;
import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.nomad.NomadJobBackend;
import dev.quarry.activity.process.ProcessConfig;
import dev.quarry.activity.process.ProcessJobBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the worker is told of one site: where its jobs run, and the job API's address as seen from there. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields in
final class SiteOptions {
    private static final String IMAGE = "QUARRY_PROCESS_IMAGE_";

    @Option(
            names = "--site",
            defaultValue = "${env:QUARRY_SITE:-default}",
            description = "QUARRY_SITE: the task queue is quarry-<site> (default: default)")
    String site;

    @Option(
            names = "--job-url",
            defaultValue = "${env:QUARRY_JOB_URL}",
            description = "QUARRY_JOB_URL: the job API as jobs see it")
    @Nullable
    String jobUrl;

    @Option(
            names = "--dpop",
            defaultValue = "${env:QUARRY_DPOP:-false}",
            description = "QUARRY_DPOP: true binds the tokens of this site's jobs to a key of each (default false)")
    boolean proofOfPossession;

    @Option(
            names = "--backend",
            defaultValue = "${env:QUARRY_BACKEND:-process}",
            description = "QUARRY_BACKEND: ${COMPLETION-CANDIDATES} (default: process)")
    Backend backend;

    @Option(
            names = "--process-dir",
            defaultValue = "${env:QUARRY_PROCESS_DIR}",
            description = "QUARRY_PROCESS_DIR: a directory per job is made in it")
    @Nullable
    Path processDir;

    @Option(
            names = "--process-slots",
            defaultValue = "${env:QUARRY_PROCESS_SLOTS:-0}",
            description = "QUARRY_PROCESS_SLOTS: jobs running at once (default 0: one per core)")
    int processSlots;

    @Option(
            names = "--process-agent",
            defaultValue = "${env:QUARRY_PROCESS_AGENT}",
            description =
                    "QUARRY_PROCESS_AGENT: the agent's executable, for every image without a QUARRY_PROCESS_IMAGE_<NAME>")
    @Nullable
    Path processAgent;

    @Option(
            names = "--process-keep",
            defaultValue = "${env:QUARRY_PROCESS_KEEP:-PT24H}",
            description = "QUARRY_PROCESS_KEEP: how long the directory of an ended job is kept (default PT24H)")
    Duration processKeep;

    @Option(
            names = "--stop-grace",
            defaultValue = "${env:QUARRY_STOP_GRACE:-PT10S}",
            description = "QUARRY_STOP_GRACE: time between SIGTERM and SIGKILL (default PT10S)")
    Duration stopGrace;

    @Mixin
    private final NomadOptions nomad = new NomadOptions();

    @Mixin
    private final EcsOptions ecs = new EcsOptions();

    /** The schedulers that this worker knows. */
    enum Backend {
        process,
        nomad,
        ecs
    }

    String jobUrl() {
        if (jobUrl == null || jobUrl.isBlank()) {
            throw new IllegalArgumentException(
                    "QUARRY_JOB_URL is not set: at which address do jobs of site " + site + " reach the job API?");
        }
        return jobUrl;
    }

    /**
     * The site's cluster, once it has answered.
     *
     * @param environment of this site
     * @param relist time between two readings of all its jobs
     */
    JobBackend backend(Map<String, String> environment, Duration relist) throws IOException {
        return switch (backend) {
            case process -> new ProcessJobBackend(processConfig(environment));
            case nomad -> new NomadJobBackend(nomad.config(environment, stopGrace, relist)).reached();
            case ecs -> new EcsJobBackend(ecs.config(environment, stopGrace)).reached();
        };
    }

    private ProcessConfig processConfig(Map<String, String> environment) {
        if (processDir == null) {
            throw new IllegalArgumentException("QUARRY_PROCESS_DIR is not set: where do jobs get their directories?");
        }
        AtLeast.check("QUARRY_PROCESS_SLOTS", processSlots, 0);
        AtLeast.check("QUARRY_STOP_GRACE", stopGrace, Duration.ofMillis(1));
        AtLeast.check("QUARRY_PROCESS_KEEP", processKeep, Duration.ZERO);
        int slots = processSlots > 0 ? processSlots : Runtime.getRuntime().availableProcessors();
        return new ProcessConfig(
                processDir, slots, programs(environment), stopGrace, ProcessConfig.LOG_CAP, processKeep);
    }

    private Map<String, Path> programs(Map<String, String> environment) {
        Map<String, Path> programs = new HashMap<>();
        if (processAgent != null) {
            programs.put(ProcessConfig.ANY_IMAGE, processAgent.toAbsolutePath());
        }
        ImageNames.in(environment, IMAGE)
                .forEach(
                        (image, program) -> programs.put(image, Path.of(program).toAbsolutePath()));
        return programs;
    }
}
