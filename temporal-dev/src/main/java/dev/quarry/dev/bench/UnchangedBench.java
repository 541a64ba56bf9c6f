package dev.quarry.dev.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A second run over files of which none changed: listing and comparing alone. */
@Command(name = "unchanged")
final class UnchangedBench implements Callable<Integer> {
    @Option(names = "--files")
    private int files = 20_000;

    @Option(names = "--runs")
    private int runs = 3;

    @Override
    public Integer call() throws Exception {
        try (BenchFolder documents = BenchFolder.create()) {
            System.err.println("bench: " + files + " files");
            SmallFiles.write(documents.path(), files);
            try (BenchStack stack = BenchStack.start(BenchStack.lane("noop", "noop"), documents.path())) {
                measure(stack, documents);
            }
            return 0;
        }
    }

    private void measure(BenchStack stack, BenchFolder documents) throws Exception {
        BenchStack.Run first = stack.run("docs", documents.path());
        new Row("first-run-listing", first.listedPerSecond(), "files/s").print();
        double[] rates = new double[runs];
        long jobs = 0;
        for (int run = 0; run < runs; run++) {
            BenchStack.Run again = stack.run("docs", documents.path());
            System.err.println("bench: unchanged run " + (run + 1) + ": " + again.seconds() + " s, "
                    + again.cpuSeconds() + " CPU s");
            if (again.totals().count("unchanged") != files) {
                throw new IllegalStateException(
                        "not all files were unchanged: " + again.totals().json());
            }
            rates[run] = again.filesPerSecond();
            jobs += again.totals().count("attempts");
        }
        new Row("files", files, "files").print();
        new Row("unchanged", Row.median(rates), "files/s").print();
        new Row("unchanged-jobs", jobs, "jobs").print();
    }
}
