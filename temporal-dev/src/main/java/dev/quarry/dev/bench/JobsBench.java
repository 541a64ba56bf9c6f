package dev.quarry.dev.bench;

import dev.quarry.dev.stack.Backend;
import dev.quarry.dev.stack.DevStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a job costs beside its work: one file a job, and a shell script for an agent. */
@Command(name = "jobs")
final class JobsBench implements Callable<Integer> {
    @Option(names = "--jobs")
    private int jobs = 1_000;

    @Option(names = "--window")
    private int window = 500;

    @Option(names = "--backends", split = ",")
    private List<Backend> backends = new ArrayList<>();

    @Option(names = "--waiting")
    private int waiting = 2_000;

    @Option(names = "--few")
    private int few = 20;

    @Override
    public Integer call() throws Exception {
        for (Backend backend : backends.isEmpty() ? JobStack.available() : backends) {
            submitToSettled(backend);
        }
        if (waiting > 0) {
            compareWaiting();
        }
        return 0;
    }

    private void submitToSettled(Backend backend) throws Exception {
        try (JobStack stack = JobStack.start(backend, window, false)) {
            Path files = stack.files(jobs);
            System.err.println("bench: " + jobs + " jobs on " + backend);
            BenchStack.Run run = stack.bench().run("jobs", files);
            new Row("jobs-" + backend, run.totals().count("attempts") / run.seconds(), "jobs/s").print();
            new Row("jobs-" + backend + "-attempts", run.totals().count("attempts") / (double) jobs, "ratio").print();
            stack.failures().forEach(failure -> System.err.println("bench:   attempts that failed: " + failure));
            for (Row row : new SchedulerCalls(stack.parts(), backend).each(jobs)) {
                row.print();
            }
            if (stack.parts().temporalKind().equals("server")) {
                print(backend, JobLatency.of(stack.parts().temporalTarget(), stack.ends(), jobs));
            }
        }
    }

    /** From the agent's last line to the event that completes its activity. */
    private static void print(Backend backend, JobLatency latency) {
        new Row("jobs-" + backend + "-latency-p50", latency.percentile(50), "s").print();
        new Row("jobs-" + backend + "-latency-p95", latency.percentile(95), "s").print();
    }

    private void compareWaiting() throws Exception {
        Waiting small = waiting(few);
        Waiting large = waiting(waiting);
        small.print(few);
        large.print(waiting);
        new Row("worker-threads-" + waiting + "/" + few, large.threads() / small.threads(), "ratio").print();
        new Row("worker-heap-" + waiting + "/" + few, large.heap() / small.heap(), "ratio").print();
    }

    /** What a worker holds while it waits. */
    private record Waiting(double threads, double heap) {
        void print(int count) {
            new Row("worker-threads-" + count, threads, "threads").print();
            new Row("worker-heap-" + count, heap, "MiB").print();
        }
    }

    /** On the process backend: the watcher is the same for all, and jobs that wait for their turn cost nothing. */
    private static Waiting waiting(int count) throws Exception {
        try (JobStack stack = JobStack.start(Backend.process, count, true)) {
            System.err.println("bench: a worker waits for " + count + " jobs");
            stack.awaitWaiting("waiting", stack.files(count), count);
            DevStack parts = stack.parts();
            return new Waiting(
                    ProcessThreads.of(parts.worker().pid()),
                    HeapSize.mebibytes(parts.worker().pid()));
        }
    }
}
