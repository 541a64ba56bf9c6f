package dev.quarry.dev.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Listing a bucket and comparing it with the ledger, beside a program that only lists. */
@Command(name = "listing-s3")
final class ListingS3Bench implements Callable<Integer> {
    private static final int WRITERS = 16;

    @Option(names = "--keys")
    private int keys = 100_000;

    @Option(names = "--prefixes")
    private int prefixes = 1_000;

    @Override
    public Integer call() throws Exception {
        try (BenchFolder folder = BenchFolder.create();
                S3Bucket bucket = S3Bucket.start(folder)) {
            System.err.println("bench: writing " + keys + " keys");
            write(bucket);
            Map<String, String> api = new java.util.HashMap<>(BenchStack.lane("noop", "noop"));
            api.put("QUARRY_STOREENDPOINTS", bucket.hostAndPort());
            try (BenchStack stack = BenchStack.start(api)) {
                stack.parts().client().createStore(bucket.store("bucket"));
                measure(stack, bucket);
            }
        }
        return 0;
    }

    private void write(S3Bucket bucket) throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<?>> writing = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer;
                writing.add(writers.submit(() -> {
                    for (int key = first; key < keys; key += WRITERS) {
                        bucket.put(
                                String.format("p%04d/f%06d.txt", key % prefixes, key),
                                ("key number " + key).getBytes(StandardCharsets.US_ASCII));
                    }
                }));
            }
            for (Future<?> writer : writing) {
                writer.get();
            }
        } finally {
            writers.shutdownNow();
        }
    }

    private void measure(BenchStack stack, S3Bucket bucket) throws Exception {
        Optional<Double> rclone = RcloneListing.perSecond("quarry:" + S3Bucket.NAME, keys, bucket.rclone(), List.of());
        rclone.ifPresent(rate -> new Row("rclone", rate, "keys/s").print());
        double first = list(stack);
        double second = list(stack);
        new Row("first-run", first, "keys/s").print();
        new Row("second-run", second, "keys/s").print();
        rclone.ifPresent(rate -> new Row("first-run/rclone", first / rate, "ratio").print());
        rclone.ifPresent(rate -> new Row("second-run/rclone", second / rate, "ratio").print());
    }

    private double list(BenchStack stack) throws Exception {
        BenchStack.Run run = stack.list("bucket");
        System.err.println("bench: listed in " + run.listingSeconds() + " s, " + run.cpuSeconds() + " CPU s");
        if (run.totals().count("listed") != keys) {
            throw new IllegalStateException(
                    "not all was listed: " + run.totals().json());
        }
        return run.listedPerSecond();
    }
}
