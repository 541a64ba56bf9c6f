package dev.quarry.dev.bench;

import dev.quarry.dev.stack.DevStack;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything but parsing: many small files through listing, units, jobs, results and ledger. */
@Command(name = "spine")
final class SpineBench implements Callable<Integer> {
    @Option(names = "--files")
    private int files = 20_000;

    @Option(names = "--few")
    private int few = 1_000;

    /** MiB of live objects after the run. */
    private record Heaps(double api, double worker) {}

    @Override
    public Integer call() throws Exception {
        Heaps small = pass(few, false);
        Heaps large = pass(files, true);
        new Row("heap-api-" + few, small.api(), "MiB").print();
        new Row("heap-api-" + files, large.api(), "MiB").print();
        new Row("heap-api-" + files + "/" + few, large.api() / small.api(), "ratio").print();
        new Row("heap-worker-" + few, small.worker(), "MiB").print();
        new Row("heap-worker-" + files, large.worker(), "MiB").print();
        new Row("heap-worker-" + files + "/" + few, large.worker() / small.worker(), "ratio").print();
        return 0;
    }

    /** On a fresh stack, so that both heaps begin alike. */
    private static Heaps pass(int count, boolean isMeasured) throws Exception {
        try (BenchFolder documents = BenchFolder.create()) {
            System.err.println("bench: " + count + " files");
            SmallFiles.write(documents.path(), count);
            try (BenchStack stack = BenchStack.start(BenchStack.lane("noop", "noop"), documents.path())) {
                BenchStack.Run run = stack.run("docs", documents.path());
                if (isMeasured) {
                    print(run, stack.parts());
                }
                return new Heaps(
                        HeapSize.mebibytes(stack.parts().api().pid()),
                        HeapSize.mebibytes(stack.parts().worker().pid()));
            }
        }
    }

    private static void print(BenchStack.Run run, DevStack parts) throws InterruptedException {
        long files = run.totals().count("listed");
        new Row("files", files, "files").print();
        new Row("spine", run.filesPerSecond(), "files/s").print();
        new Row("spine-listing", run.listedPerSecond(), "files/s").print();
        new Row("spine-cpu", run.cpuSeconds(), "s").print();
        new Row("jobs", run.totals().count("attempts"), "jobs").print();
        if (parts.temporalKind().equals("server")) {
            long events = TemporalEvents.of(parts.temporalTarget(), "index/" + DevStack.TENANT + "/docs");
            new Row("temporal-events/file", events / (double) files, "ratio").print();
        }
    }
}
