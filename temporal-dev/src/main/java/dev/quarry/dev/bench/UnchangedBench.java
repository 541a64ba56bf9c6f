package dev.quarry.dev.bench;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A second run over files of which none changed: listing and comparing alone. */
@Command(name = "unchanged", description = "A second run over 20,000 unchanged files.", mixinStandardHelpOptions = true)
final class UnchangedBench implements Callable<Integer> {
    private static final int ROUNDS = 3;

    @Option(names = "--files", description = "How many (default ${DEFAULT-VALUE}).")
    private int files = 20_000;

    @Override
    public Integer call() throws Exception {
        try (BenchFolder folder = new BenchFolder("quarry-bench-files-")) {
            Path documents = folder.path();
            SmallFiles.write(documents, files);
            try (BenchStack stack = BenchStack.start(BenchStack.noopLane(), documents)) {
                measure(stack, documents);
            }
            return 0;
        }
    }

    private void measure(BenchStack stack, Path documents) throws Exception {
        stack.run("docs", documents);
        double[] rates = new double[ROUNDS];
        long jobs = 0;
        long unchanged = 0;
        for (int round = 0; round < ROUNDS; round++) {
            BenchStack.Run run = stack.run("docs", documents);
            rates[round] = run.filesPerSecond();
            jobs += run.totals().count("attempts");
            unchanged = run.totals().count("unchanged");
        }
        new Row("unchanged.files", unchanged, "files").print();
        new Row("unchanged.files_per_second", Row.median(rates), "files/s").print();
        new Row("unchanged.jobs", jobs, "jobs").print();
    }
}
