package dev.quarry.activity;

import dev.quarry.activity.control.ClientCredentials;
import dev.quarry.activity.control.ClientKey;
import dev.quarry.activity.control.ClientProof;
import dev.quarry.activity.job.WatcherSettings;
import dev.quarry.workflow.RunSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What the worker is told by its environment, or by the option of the same name, for all its sites. Durations are ISO-8601, e.g. PT90S.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the fields in
final class WorkerOptions {
    @Option(
            names = "--sites-dir",
            defaultValue = "${env:QUARRY_SITES_DIR}",
            description =
                    "QUARRY_SITES_DIR: a folder with a file <site>.properties for each site to serve, with the variables of the site's options below; they win over the environment (default: one site, by the environment)")
    @Nullable
    Path sitesDir;

    @Option(
            names = "--control-url",
            required = true,
            defaultValue = "${env:QUARRY_CONTROL_URL}",
            description = "QUARRY_CONTROL_URL: the control API, which also gives out the token")
    URI controlUrl;

    @Option(
            names = "--client-id",
            defaultValue = "${env:QUARRY_CLIENT_ID:-quarry-worker}",
            description = "QUARRY_CLIENT_ID (default: quarry-worker)")
    String clientId;

    @Option(
            names = "--client-secret-file",
            defaultValue = "${env:QUARRY_CLIENT_SECRET_FILE}",
            description = "QUARRY_CLIENT_SECRET_FILE: a file with the client's secret")
    @Nullable
    Path clientSecretFile;

    @Option(
            names = "--client-key-file",
            defaultValue = "${env:QUARRY_CLIENT_KEY_FILE}",
            description =
                    "QUARRY_CLIENT_KEY_FILE: the client's private P-256 key (PEM, PKCS 8), which it signs with instead of showing a secret")
    @Nullable
    Path clientKeyFile;

    @Option(
            names = "--jobs",
            defaultValue = "${env:QUARRY_JOBS:-2000}",
            description = "QUARRY_JOBS: jobs that this worker waits for at once (default 2000)")
    int jobs;

    @Option(
            names = "--heartbeat",
            defaultValue = "${env:QUARRY_HEARTBEAT:-PT90S}",
            description = "QUARRY_HEARTBEAT: silence after which another worker takes a job over (default PT90S)")
    Duration heartbeat;

    @Option(
            names = "--watchdog",
            defaultValue = "${env:QUARRY_WATCHDOG:-PT15M}",
            description = "QUARRY_WATCHDOG: how long a unit may be silent until the run looks after it (default PT15M)")
    Duration watchdog;

    @Option(
            names = "--unknown-grace",
            defaultValue = "${env:QUARRY_UNKNOWN_GRACE:-PT5M}",
            description =
                    "QUARRY_UNKNOWN_GRACE: how long the cluster may not know a job until it is LOST (default PT5M)")
    Duration unknownGrace;

    @Option(
            names = "--relist",
            defaultValue = "${env:QUARRY_RELIST:-PT60S}",
            description = "QUARRY_RELIST: time between two readings of all jobs (default PT60S)")
    Duration relist;

    @Option(
            names = "--retry",
            defaultValue = "${env:QUARRY_RETRY:-PT1S}",
            description = "QUARRY_RETRY: wait before the first retry of a call; doubles (default PT1S)")
    Duration retry;

    @Option(
            names = "--longest-retry",
            defaultValue = "${env:QUARRY_LONGEST_RETRY:-PT30S}",
            description = "QUARRY_LONGEST_RETRY: where that ends (default PT30S)")
    Duration longestRetry;

    @Option(
            names = "--backoff",
            defaultValue = "${env:QUARRY_BACKOFF:-PT10S}",
            description =
                    "QUARRY_BACKOFF: wait before a unit is tried again for the cluster's sake; doubles (default PT10S)")
    Duration backoff;

    @Option(
            names = "--longest-backoff",
            defaultValue = "${env:QUARRY_LONGEST_BACKOFF:-PT10M}",
            description = "QUARRY_LONGEST_BACKOFF: where that ends (default PT10M)")
    Duration longestBackoff;

    @Option(
            names = "--cancel-patience",
            defaultValue = "${env:QUARRY_CANCEL_PATIENCE:-PT10M}",
            description = "QUARRY_CANCEL_PATIENCE: how long a cancelled run waits for its units (default PT10M)")
    Duration cancelPatience;

    @Option(
            names = "--call-timeout",
            defaultValue = "${env:QUARRY_CALL_TIMEOUT:-PT60S}",
            description = "QUARRY_CALL_TIMEOUT: of one request to the control API (default PT60S)")
    Duration callTimeout;

    @Option(
            names = "--job-limit",
            defaultValue = "${env:QUARRY_JOB_LIMIT:-PT25H}",
            description =
                    "QUARRY_JOB_LIMIT: longest time of one wait for a job; the next attaches again (default PT25H)")
    Duration jobLimit;

    @Option(
            names = "--restarts",
            defaultValue = "${env:QUARRY_RESTARTS:-3}",
            description = "QUARRY_RESTARTS: how often a lost FileWorkflow is started again (default 3)")
    int restarts;

    @Option(
            names = "--program-tries",
            defaultValue = "${env:QUARRY_PROGRAM_TRIES:-3}",
            description = "QUARRY_PROGRAM_TRIES: attempts without progress for the program's fault (default 3)")
    int programTries;

    @Option(
            names = "--escalation",
            defaultValue = "${env:QUARRY_ESCALATION:-8}",
            description = "QUARRY_ESCALATION: largest factor of memory and disk (default 8)")
    int escalation;

    /** @throws IllegalArgumentException that names the setting which cannot work */
    void check() {
        Setting.checkHttp("QUARRY_CONTROL_URL", controlUrl.toString());
        Duration instant = Duration.ofMillis(1);
        AtLeast.check("QUARRY_JOBS", jobs, 1);
        // Each waiting job sends nine in that time.
        AtLeast.check("QUARRY_HEARTBEAT", heartbeat, Duration.ofSeconds(1));
        AtLeast.check("QUARRY_RELIST", relist, Duration.ofMillis(100));
        AtLeast.check("QUARRY_UNKNOWN_GRACE", unknownGrace, Duration.ZERO);
        AtLeast.check("QUARRY_WATCHDOG", watchdog, instant);
        AtLeast.check("QUARRY_RETRY", retry, instant);
        AtLeast.check("QUARRY_LONGEST_RETRY", longestRetry, retry);
        AtLeast.check("QUARRY_BACKOFF", backoff, instant);
        AtLeast.check("QUARRY_LONGEST_BACKOFF", longestBackoff, backoff);
        AtLeast.check("QUARRY_CANCEL_PATIENCE", cancelPatience, Duration.ZERO);
        AtLeast.check("QUARRY_CALL_TIMEOUT", callTimeout, instant);
        AtLeast.check("QUARRY_JOB_LIMIT", jobLimit, heartbeat);
        AtLeast.check("QUARRY_RESTARTS", restarts, 0);
        AtLeast.check("QUARRY_PROGRAM_TRIES", programTries, 1);
        AtLeast.check("QUARRY_ESCALATION", escalation, 1);
    }

    /** The key, if there are both: a secret may stay set while services change over. */
    ClientProof credentials() throws IOException {
        if (clientKeyFile != null) {
            return ClientKey.read(clientId, clientKeyFile);
        }
        if (clientSecretFile == null) {
            throw new IllegalArgumentException(
                    "neither QUARRY_CLIENT_KEY_FILE nor QUARRY_CLIENT_SECRET_FILE is set: how does this worker prove who it is?");
        }
        String secret = Setting.read("QUARRY_CLIENT_SECRET_FILE", clientSecretFile);
        if (clientId.isBlank() || secret.isEmpty()) {
            throw new IllegalArgumentException("QUARRY_CLIENT_ID, or the file that QUARRY_CLIENT_SECRET_FILE names, "
                    + clientSecretFile + ", is empty");
        }
        return new ClientCredentials(clientId, secret);
    }

    RunSettings runSettings() {
        RunSettings defaults = RunSettings.DEFAULTS;
        return new RunSettings(
                heartbeat,
                jobLimit,
                callTimeout.multipliedBy(2),
                retry,
                longestRetry,
                backoff,
                longestBackoff,
                watchdog,
                cancelPatience,
                restarts,
                programTries,
                escalation,
                defaults.startsPerExecution(),
                defaults.stepsPerExecution());
    }

    /** A cancellation is noticed by a heartbeat, so they come more often than the timeout needs. */
    WatcherSettings watcherSettings() {
        return new WatcherSettings(heartbeat.dividedBy(9), relist, unknownGrace, unknownGrace);
    }
}
