package dev.quarry.activity.memory;

import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One job on a thread, with those that it starts. A thread cannot be killed: one that ignores everything is given up, and counts as ended. */
final class MemoryJob {
    private final JobId id;
    private final Consumer<JobHandle> tell;
    private final StopSignal signal = new StopSignal();
    private JobStatus status = JobStatus.of(State.PENDING);
    /** What a process group is to a process. */
    private final ThreadGroup threads;

    private @Nullable Runnable start;

    MemoryJob(JobId id, Consumer<JobHandle> tell) {
        this.id = id;
        this.tell = tell;
        threads = new ThreadGroup("job-" + id);
    }

    JobHandle handle() {
        return new JobHandle("memory:" + id);
    }

    synchronized JobStatus status() {
        return status;
    }

    synchronized void neverStart() {
        status = JobStatus.of(State.STOPPED, "stopped before it started");
    }

    synchronized void waitFor(String room, JobSpec spec, Program program) {
        status = JobStatus.of(State.PENDING, room);
        start = () -> start(spec, program);
    }

    synchronized void placed() {
        if (start != null && status.state() == State.PENDING) {
            start.run();
        }
    }

    synchronized void start(JobSpec spec, Program program) {
        status = JobStatus.of(State.RUNNING);
        Thread runner = new Thread(threads, () -> run(spec, program), "job-" + id);
        runner.setDaemon(true);
        runner.start();
        after(spec.maxRuntime(), this::overtime);
    }

    /** Asks the job to stop; after the grace period it is over, whatever it does. */
    void stop(Duration grace) {
        if (status().state().isFinal()) {
            return;
        }
        signal.ask();
        if (status().state() == State.PENDING) {
            end(JobStatus.of(State.STOPPED, "stopped before it started"));
        }
        after(grace, () -> end(JobStatus.of(State.STOPPED, "killed after the grace period")));
    }

    private void overtime() {
        if (!status().state().isFinal()) {
            // In this order: a program that is asked ends at once, and would be taken for stopped.
            end(JobStatus.of(State.TIMED_OUT, "ran longer than it may"));
            signal.ask();
        }
    }

    private void run(JobSpec spec, Program program) {
        JobStatus end;
        try {
            int code = program.run(spec, signal);
            end = code == 0
                    ? new JobStatus(State.SUCCEEDED, 0, null)
                    : new JobStatus(signal.isAsked() ? State.STOPPED : State.FAILED, code, "exit " + code);
        } catch (OutOfMemoryError e) {
            end = JobStatus.of(State.OUT_OF_MEMORY, "out of memory");
        } catch (Exception e) {
            end = JobStatus.of(State.FAILED, "crashed: " + e);
        }
        end(end);
    }

    private void end(JobStatus end) {
        synchronized (this) {
            if (status.state().isFinal()) {
                return;
            }
            status = end;
        }
        killOthers();
        tell.accept(handle());
    }

    private void killOthers() {
        Thread[] some = new Thread[threads.activeCount() + 10];
        int count = threads.enumerate(some);
        Arrays.stream(some, 0, count)
                .filter(thread -> thread != Thread.currentThread())
                .forEach(Thread::interrupt);
    }

    private static void after(Duration time, Runnable task) {
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(task);
    }
}
