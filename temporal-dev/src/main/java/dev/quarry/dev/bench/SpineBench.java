package dev.quarry.dev.bench;

import dev.quarry.dev.stack.DevStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything but parsing: many small files through listing, units, jobs, results and ledger. */
@Command(
        name = "spine",
        description = "20,000 small files through everything but a parser.",
        mixinStandardHelpOptions = true)
final class SpineBench implements Callable<Integer> {
    @Option(names = "--files", description = "How many (default ${DEFAULT-VALUE}).")
    private int files = 20_000;

    @Option(names = "--few", description = "What the heap is compared with (default ${DEFAULT-VALUE}).")
    private int few = 1_000;

    @Override
    public Integer call() throws Exception {
        try (BenchFolder folder = new BenchFolder("quarry-bench-files-")) {
            Path documents = folder.path();
            SmallFiles.write(Files.createDirectory(documents.resolve("few")), few);
            SmallFiles.write(Files.createDirectory(documents.resolve("many")), files);
            try (BenchStack stack = BenchStack.start(BenchStack.noopLane(), documents)) {
                measure(stack, documents);
            }
            return 0;
        }
    }

    private void measure(BenchStack stack, Path documents) throws Exception {
        stack.run("few", documents.resolve("few"));
        double apiBefore = HeapSize.mebibytes(stack.parts().api().pid());
        double workerBefore = HeapSize.mebibytes(stack.parts().worker().pid());
        BenchStack.Run run = stack.run("many", documents.resolve("many"));
        double apiAfter = HeapSize.mebibytes(stack.parts().api().pid());
        double workerAfter = HeapSize.mebibytes(stack.parts().worker().pid());
        new Row("spine.files", run.totals().count("listed"), "files").print();
        new Row("spine.seconds", run.seconds(), "s").print();
        new Row("spine.files_per_second", run.filesPerSecond(), "files/s").print();
        new Row("spine.cpu_seconds", run.cpuSeconds(), "s").print();
        new Row("spine.jobs", run.totals().count("attempts"), "jobs").print();
        if ("server".equals(stack.parts().temporalKind())) {
            long events = TemporalEvents.of(stack.parts().temporalTarget(), "index/" + DevStack.TENANT + "/many");
            new Row("spine.temporal_events_per_file", events / (double) files, "events").print();
        }
        new Row("spine.api_heap_few", apiBefore, "MiB").print();
        new Row("spine.api_heap_many", apiAfter, "MiB").print();
        new Row("spine.api_heap_ratio", apiAfter / apiBefore, "ratio").print();
        new Row("spine.worker_heap_few", workerBefore, "MiB").print();
        new Row("spine.worker_heap_many", workerAfter, "MiB").print();
        new Row("spine.worker_heap_ratio", workerAfter / workerBefore, "ratio").print();
    }
}
