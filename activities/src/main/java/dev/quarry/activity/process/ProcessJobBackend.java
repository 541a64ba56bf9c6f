package dev.quarry.activity.process;

import dev.quarry.activity.job.Capabilities;
import dev.quarry.activity.job.Daemons;
import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs as child processes of a shim in a session of its own. Its state is its directory: any number of processes may read it, and a
 * restarted worker finds what is pending, runs, or has ended. Single tenant only: jobs run as this user, and nothing but the agent's
 * own sandbox keeps them from each other. A process that leaves its job's process group escapes; memory and disk are not limited.
 */
public final class ProcessJobBackend implements JobBackend {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessJobBackend.class);
    private static final Capabilities CAPABILITIES = new Capabilities(false, false, true, true);
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(2);
    private static final Duration PURGE = Duration.ofMinutes(10);

    private final ProcessConfig config;
    private final JobDirectories directories;
    private final List<Consumer<JobHandle>> listeners = new CopyOnWriteArrayList<>();
    /** Jobs that have not ended as far as this process knows, with the shims that it started itself. */
    private final Map<JobId, Followed> followed = new ConcurrentHashMap<>();

    private final ScheduledExecutorService loop;

    public ProcessJobBackend(ProcessConfig config) throws IOException {
        this.config = config;
        directories = new JobDirectories(config);
        loop = Executors.newSingleThreadScheduledExecutor(Daemons.named("process-jobs"));
        directories.all().stream()
                .filter(job -> !job.hasEnded())
                .forEach(job -> followed.put(job.id(), new Followed(job)));
        every(TICK, this::look);
        every(PURGE, directories::purge);
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public JobHandle submit(JobSpec spec) throws JobRejectedException {
        Path program = config.programs().get(spec.image());
        if (program == null) {
            program = config.programs().get(ProcessConfig.ANY_IMAGE);
        }
        if (program == null) {
            throw new JobRejectedException("no program for image " + spec.image() + "; there are "
                    + config.programs().keySet());
        }
        new OneTenant(config.directory()).admit(spec.tenant());
        JobDirectory job = directories.create(spec, program);
        if (!job.status().state().isFinal()) {
            followed.putIfAbsent(spec.id(), new Followed(job));
        }
        loop.execute(this::fillSlots);
        return job.handle();
    }

    @Override
    public Optional<JobHandle> find(String tenant, JobId id) {
        JobDirectory job = directories.of(id);
        return job.exists() ? Optional.of(job.handle()) : Optional.empty();
    }

    @Override
    public Map<JobHandle, JobStatus> statuses(Collection<JobHandle> handles) {
        Map<JobHandle, JobStatus> statuses = new LinkedHashMap<>();
        for (JobHandle handle : handles) {
            statuses.put(
                    handle,
                    directories
                            .of(handle)
                            .map(this::read)
                            .orElseGet(() -> JobStatus.of(State.UNKNOWN, "not a directory of this backend")));
        }
        return statuses;
    }

    /** Whoever asks waits for it, and the worker that submitted it may be gone: from now on this one's loop starts it, tells of it, sweeps it. */
    private JobStatus read(JobDirectory job) {
        JobStatus status = job.status();
        boolean goesOn = job.exists() && !status.state().isFinal();
        if (goesOn || job.isAbandoned()) {
            followed.computeIfAbsent(job.id(), id -> new Followed(job));
        }
        return status;
    }

    @Override
    public void changes(Consumer<JobHandle> listener) {
        listeners.add(listener);
    }

    @Override
    public void stop(String tenant, JobId id, Optional<JobHandle> handle) {
        JobDirectory job = handle.flatMap(directories::of).orElseGet(() -> directories.of(id));
        if (!job.exists()) {
            job = directories.createStopped(id);
        }
        if (job.status().state().isFinal()) {
            job.deleteTicket();
            return;
        }
        job.markStop();
        // Read after the mark: a shim that began in between has seen it.
        job.shim().ifPresent(ShimProcess::terminate);
        loop.execute(this::look);
    }

    @Override
    public void close() {
        listeners.clear();
        loop.shutdownNow();
    }

    private void every(Duration interval, Runnable task) {
        ScheduledFuture<?> unused = loop.scheduleWithFixedDelay(
                () -> guarded(task), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            // Whatever it was: a task that throws is never run again.
            LOG.warn("{}; trying again", e.getMessage(), e);
        }
    }

    /** Looks at the jobs whose end nobody will tell: adopted ones, and those that were told to stop before they ran. */
    private void look() {
        for (Followed job : followed.values()) {
            if (!job.hasOwnShim()) {
                forgetIfEnded(job);
            }
        }
        fillSlots();
    }

    private void forgetIfEnded(Followed job) {
        if (job.directory().isAbandoned() && !job.directory().sweep()) {
            return;
        }
        if (job.directory().status().state().isFinal()) {
            job.directory().deleteTicket();
            followed.remove(job.directory().id());
            tell(job.directory());
        }
    }

    private void fillSlots() {
        List<Followed> pending = new ArrayList<>();
        int running = 0;
        for (Followed job : followed.values()) {
            if (job.hasOwnShim() || job.directory().isStarted()) {
                running++;
            } else if (!job.directory().isToldToStop() && job.mayStart()) {
                pending.add(job);
            }
        }
        pending.sort(Comparator.comparingLong(Followed::order));
        pending.stream().limit(Math.max(0, config.slots() - running)).forEach(this::start);
    }

    private void start(Followed job) {
        ProcessBuilder builder = new ProcessBuilder(
                "setsid",
                "sh",
                directories.shim().toString(),
                job.directory().path().toString());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(job.directory().path().resolve("shim.log").toFile());
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.clear();
        environment.put("PATH", path);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("LANG", "C.UTF-8");
        // As its job's: by it whoever sweeps up knows the shim from a stranger who works in the folder.
        environment.put("HOME", job.directory().scratch().toString());
        try {
            Process shim = builder.start();
            job.startedBy(shim);
            CompletableFuture<Void> unused = shim.onExit().thenRunAsync(() -> guarded(() -> shimEnded(job)), loop);
            tell(job.directory());
        } catch (IOException e) {
            LOG.warn("cannot start job {}; trying again", job.directory().id(), e);
        }
    }

    private void shimEnded(Followed job) {
        job.shimEnded();
        if (!job.directory().isStarted()) {
            LOG.warn(
                    "the shim of job {} could not start it, see shim.log; trying again",
                    job.directory().id());
        }
        forgetIfEnded(job);
        fillSlots();
    }

    private void tell(JobDirectory job) {
        listeners.forEach(listener -> listener.accept(job.handle()));
    }

    /** A job that has not ended as far as this process knows. Changed by the loop's thread only. */
    private static final class Followed {
        private final JobDirectory directory;
        private final long order;
        private volatile boolean ownShim;
        private volatile long startAfterNanos = System.nanoTime();

        Followed(JobDirectory directory) {
            this.directory = directory;
            this.order = directory.order();
        }

        JobDirectory directory() {
            return directory;
        }

        long order() {
            return order;
        }

        boolean hasOwnShim() {
            return ownShim;
        }

        void startedBy(Process shim) {
            ownShim = shim.pid() > 0;
        }

        boolean mayStart() {
            return System.nanoTime() - startAfterNanos >= 0;
        }

        void shimEnded() {
            ownShim = false;
            startAfterNanos = System.nanoTime() + RESTART_PAUSE.toNanos();
        }
    }
}
