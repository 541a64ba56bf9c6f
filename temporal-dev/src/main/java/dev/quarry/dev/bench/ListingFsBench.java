package dev.quarry.dev.bench;

import dev.quarry.dev.stack.DevStack;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Listing a tree and comparing it with the ledger, without any job; beside what others need who only list, or only write. */
@Command(name = "listing-fs")
final class ListingFsBench implements Callable<Integer> {
    @Option(names = "--files")
    private int files = 1_000_000;

    @Option(names = "--few")
    private int few = 100_000;

    @Override
    public Integer call() throws Exception {
        double small = pass(few, false);
        double large = pass(files, true);
        new Row("heap-" + few, small, "MiB").print();
        new Row("heap-" + files, large, "MiB").print();
        new Row("heap-" + files + "/" + few, large / small, "ratio").print();
        return 0;
    }

    /** On a fresh stack; returns the API's live objects in MiB after its runs. */
    private static double pass(int count, boolean isMeasured) throws Exception {
        try (BenchFolder documents = BenchFolder.create()) {
            System.err.println("bench: writing " + count + " files");
            SmallFiles.write(documents.path(), count);
            try (BenchStack stack = BenchStack.start(BenchStack.lane("noop", "noop"), documents.path())) {
                if (isMeasured) {
                    measure(stack, documents.path(), count);
                } else {
                    list(stack, documents.path(), count);
                    list(stack, documents.path(), count);
                }
                return HeapSize.mebibytes(stack.parts().api().pid());
            }
        }
    }

    private static void measure(BenchStack stack, Path root, int count) throws Exception {
        double find = count / FindListing.seconds(root);
        new Row("find", find, "files/s").print();
        double chain = count / intoLedger(stack.parts(), root, count);
        new Row("find-copy-insert", chain, "files/s").print();
        Optional<Double> rclone = RcloneListing.perSecond(root.toString(), count);
        rclone.ifPresent(rate -> new Row("rclone", rate, "files/s").print());
        double first = list(stack, root, count);
        double second = list(stack, root, count);
        new Row("first-run", first, "files/s").print();
        new Row("second-run", second, "files/s").print();
        new Row("first-run/find-copy-insert", first / chain, "ratio").print();
        rclone.ifPresent(rate -> new Row("second-run/rclone", second / rate, "ratio").print());
    }

    /** Files a second until the listing is complete. */
    private static double list(BenchStack stack, Path root, int count) throws Exception {
        BenchStack.Run run = stack.list("docs", root);
        System.err.println("bench: listed " + run.totals().count("listed") + " in " + run.listingSeconds() + " s, "
                + run.cpuSeconds() + " CPU s; closed after " + run.seconds() + " s");
        if (run.totals().count("listed") != count || run.totals().count("pending") != count) {
            throw new IllegalStateException(
                    "not all files are pending: " + run.totals().json());
        }
        return run.listedPerSecond();
    }

    private static double intoLedger(DevStack stack, Path root, int count) throws Exception {
        try (FindIntoLedger chain = FindIntoLedger.open(stack)) {
            double seconds = chain.seconds(root);
            if (chain.rows() != count) {
                throw new IllegalStateException("the chain wrote " + chain.rows() + " rows");
            }
            return seconds;
        }
    }
}
