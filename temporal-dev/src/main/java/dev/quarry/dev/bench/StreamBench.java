package dev.quarry.dev.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Bytes from a store through the API to an agent, beside the SDK that reads the same object from the same store. */
@Command(name = "stream")
final class StreamBench implements Callable<Integer> {
    private static final long MIB = 1 << 20;
    private static final int BUFFER = 256 * 1024;

    @Option(names = "--mib")
    private int mib = 1_024;

    @Option(names = "--streams")
    private int streams = 32;

    @Option(names = "--runs")
    private int runs = 3;

    @Override
    public Integer call() throws Exception {
        try (BenchFolder folder = BenchFolder.create();
                S3Bucket bucket = S3Bucket.start(folder)) {
            System.err.println("bench: writing " + mib + " MiB and " + streams + " parts");
            bucket.put("large", random(folder.path().resolve("large"), mib * MIB));
            for (int part = 0; part < streams; part++) {
                bucket.put("parts/" + part, random(folder.path().resolve("part"), mib * MIB / streams));
            }
            Map<String, String> api = new java.util.HashMap<>(BenchStack.lane("noop", "noop"));
            api.put("QUARRY_STOREENDPOINTS", bucket.hostAndPort());
            try (BenchStack stack =
                    BenchStack.start(settings -> settings.withApi(api).withApiHeap("256m"))) {
                measure(stack, bucket);
            }
        }
        return 0;
    }

    private void measure(BenchStack stack, S3Bucket bucket) throws Exception {
        stack.parts().client().createStore(bucket.store("bucket"));
        AgentDownloads downloads = AgentDownloads.of(stack.parts(), "bucket");
        double[] direct = new double[runs];
        double[] through = new double[runs];
        for (int run = 0; run < runs; run++) {
            direct[run] = mib
                    / seconds(() -> drained(bucket.client()
                            .getObject(request -> request.bucket(S3Bucket.NAME).key("large"))));
            through[run] = mib / seconds(() -> drained(downloads.largest()));
            System.err.println("bench: run " + (run + 1) + ": SDK " + direct[run] + ", API " + through[run] + " MiB/s");
        }
        new Row("sdk", Row.median(direct), "MiB/s").print();
        new Row("api", Row.median(through), "MiB/s").print();
        new Row("api/sdk", Row.median(through) / Row.median(direct), "ratio").print();
        new Row("api-" + streams + "-streams", mib / seconds(() -> atOnce(downloads)), "MiB/s").print();
        new Row("heap-api", HeapSize.mebibytes(stack.parts().api().pid()), "MiB").print();
    }

    private long atOnce(AgentDownloads downloads) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(streams);
        try {
            List<Future<Long>> reading = new ArrayList<>();
            for (AgentDownloads.Download download : downloads.allButTheLargest()) {
                reading.add(threads.submit(() -> drained(download.open())));
            }
            long bytes = 0;
            for (Future<Long> each : reading) {
                bytes += each.get();
            }
            return bytes;
        } finally {
            threads.shutdownNow();
        }
    }

    private double seconds(Callable<Long> reading) throws Exception {
        long start = System.nanoTime();
        long bytes = reading.call();
        if (bytes != mib * MIB / streams * streams) {
            throw new IllegalStateException("read " + bytes + " bytes of " + mib + " MiB");
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static long drained(InputStream in) throws IOException {
        try (in) {
            byte[] buffer = new byte[BUFFER];
            long bytes = 0;
            for (int read; (read = in.read(buffer)) >= 0; ) {
                bytes += read;
            }
            return bytes;
        }
    }

    private static Path random(Path file, long size) throws IOException {
        Random random = new Random(7);
        byte[] block = new byte[(int) MIB];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long written = 0; written < size; written += block.length) {
                random.nextBytes(block);
                out.write(block, 0, (int) Math.min(block.length, size - written));
            }
        }
        return file;
    }
}
