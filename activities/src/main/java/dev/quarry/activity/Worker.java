package dev.quarry.activity;

import dev.quarry.activity.control.ControlApi;
import dev.quarry.activity.control.ControlApiException;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.workflow.FileWorkflowImpl;
import dev.quarry.workflow.IndexStoreWorkflowImpl;
import dev.quarry.workflow.TaskQueues;
import io.grpc.StatusRuntimeException;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * The worker of one or more sites: runs workflows, calls the control API, submits jobs and follows them. Holds no store credential and no
 * database. Any number may run; killing one loses nothing. SIGTERM hands its jobs over and ends it; the jobs go on.
 */
@Command(
        name = "quarry-worker",
        description = "Runs Quarry's workflows and activities for one or more sites.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Worker implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    /** Each keeps a thread. A FileWorkflow that waits for its job is not worth one: its history is read again in no time. */
    private static final int CACHED_WORKFLOWS = 100;

    /** Calls of the control API at once, for each site. */
    private static final int CALLS = 200;

    private static final int UNAUTHORIZED = 401;

    /** Longer than a call of the control API takes that lists for ten seconds: an answer that is lost is asked for again only after minutes. */
    private static final Duration SHUTDOWN_WAIT = Duration.ofSeconds(15);

    @Mixin
    private final WorkerOptions options = new WorkerOptions();

    @Mixin
    private final TemporalOptions temporal = new TemporalOptions();

    @Mixin
    private final SiteOptions site = new SiteOptions();

    public static void main(String[] arguments) {
        int exit = new CommandLine(new Worker())
                .setExecutionExceptionHandler(Worker::explained)
                .execute(arguments);
        if (exit != 0) {
            System.exit(exit);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        options.check();
        ControlApi api = new ControlApi(options.controlUrl, options.credentials(), options.callTimeout);
        introduce(api);
        List<Site> sites = sites(api);
        WorkflowServiceStubs stubs = connect();
        WorkerFactory factory = workers(stubs, api, sites);
        factory.start();

        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            shutDown(factory, sites, stubs);
            ended.countDown();
        }));
        LOG.info("worker ready");
        ended.await();
        return 0;
    }

    /** An API that does not answer may begin later; one that does not know this worker never will. */
    private static void introduce(ControlApi api) {
        try {
            api.introduce();
        } catch (ControlApiException e) {
            if (e.status() == UNAUTHORIZED || !e.mayPass()) {
                throw new IllegalArgumentException(
                        e.getMessage()
                                + "; set QUARRY_CONTROL_URL to the control listener, and QUARRY_CLIENT_ID with QUARRY_CLIENT_SECRET_FILE or QUARRY_CLIENT_KEY_FILE to a client that it knows",
                        e);
            }
            LOG.warn("{}; trying again with the first call", e.getMessage());
        }
    }

    /** A setting that cannot be right is the operator's to mend: its message says what to set, and a stack trace would hide it. */
    private static int explained(Exception e, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
        if (e instanceof IllegalArgumentException || e instanceof JobBackendException) {
            LOG.error("worker does not start: {}", e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        if (e instanceof FileSystemException) {
            LOG.error("worker does not start: a setting names a file or folder that cannot be used: {}", e.toString());
            return CommandLine.ExitCode.USAGE;
        }
        throw e;
    }

    private WorkflowServiceStubs connect() throws IOException {
        try {
            return WorkflowServiceStubs.newConnectedServiceStubs(temporal.stubs(), temporal.patience);
        } catch (StatusRuntimeException e) {
            throw new IllegalArgumentException(
                    "Temporal at " + temporal.target + " does not answer within " + temporal.patience + ": "
                            + e.getMessage()
                            + "; set QUARRY_TEMPORAL_TARGET to host:port of its frontend, and QUARRY_TEMPORAL_TLS or QUARRY_TEMPORAL_TOKEN_FILE if it asks for them",
                    e);
        }
    }

    private List<Site> sites(ControlApi api) throws IOException {
        List<Sites.Told> told = options.sitesDir == null
                ? List.of(new Sites.Told(site, System.getenv()))
                : Sites.in(options.sitesDir, System.getenv());
        List<Site> sites = new ArrayList<>();
        for (Sites.Told one : told) {
            sites.add(Site.of(one, api, options.watcherSettings()));
        }
        return sites;
    }

    private WorkerFactory workers(WorkflowServiceStubs stubs, ControlApi api, List<Site> sites) throws IOException {
        WorkflowClient client = WorkflowClient.newInstance(stubs, temporal.client());
        WorkerFactory factory = WorkerFactory.newInstance(
                client,
                WorkerFactoryOptions.newBuilder()
                        .setWorkflowCacheSize(CACHED_WORKFLOWS)
                        .build());
        WebUi webUi = temporal.webUi();
        for (Site served : sites) {
            StrayJobs strays = new StrayJobs(served.backend());
            io.temporal.worker.Worker calls = factory.newWorker(served.taskQueue(), slots(CALLS));
            calls.registerWorkflowImplementationTypes(IndexStoreWorkflowImpl.class, FileWorkflowImpl.class);
            calls.registerActivitiesImplementations(
                    new RunLedgerImpl(api, strays, new TemporalChildren(client), options.runSettings()),
                    new UnitLedgerImpl(api, strays));
            io.temporal.worker.Worker jobs =
                    factory.newWorker(TaskQueues.ofJobs(served.taskQueue()), slots(options.jobs));
            jobs.registerActivitiesImplementations(new JobRunnerImpl(
                    api,
                    served.backend(),
                    served.watcher(),
                    strays,
                    served.jobUrl(),
                    served.proofOfPossession(),
                    served.agentSettings(),
                    webUi));
        }
        return factory;
    }

    private static io.temporal.worker.WorkerOptions slots(int activities) {
        return io.temporal.worker.WorkerOptions.newBuilder()
                .setMaxConcurrentActivityExecutionSize(activities)
                // A busy laptop must not look like a deadlock.
                .setDefaultDeadlockDetectionTimeout(5_000)
                .build();
    }

    /** Polling stops first, so that nothing new begins; then the jobs are handed over, so that another worker has them at once. */
    private static void shutDown(WorkerFactory factory, List<Site> sites, WorkflowServiceStubs stubs) {
        LOG.info("worker stops; its jobs go on");
        factory.shutdown();
        sites.forEach(site -> site.watcher().close());
        factory.awaitTermination(SHUTDOWN_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        sites.forEach(site -> site.backend().close());
        stubs.shutdownNow();
    }
}
