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

/**
 * Bytes from a store through the API to an agent, beside the SDK that reads the same object from the same store. Of programs that have been up for a while:
 * what is still being compiled shows in the first dozen of gigabytes.
 */
@Command(name = "stream")
final class StreamBench implements Callable<Integer> {
    private static final long MIB = 1 << 20;
    private static final int BUFFER = 256 * 1024;
    /** The store vouches for it, by an ETag that is its MD5. */
    private static final String WHOLE = "whole";

    /** As most tools put large files: the API has to hash it. */
    private static final String IN_PARTS = "in-parts";

    private static final String SMALLER = "smaller";

    @Option(names = "--mib")
    private int mib = 1_024;

    @Option(names = "--streams")
    private int streams = 32;

    @Option(names = "--runs")
    private int runs = 5;

    @Option(names = "--warm-up")
    private int warmUp = 15;

    @Override
    public Integer call() throws Exception {
        try (BenchFolder folder = BenchFolder.create();
                S3Bucket bucket = S3Bucket.start(folder)) {
            System.err.println("bench: writing twice " + mib + " MiB and " + streams + " parts of it");
            bucket.put(IN_PARTS + "/large", random(folder.path().resolve("large"), mib * MIB));
            bucket.copy(IN_PARTS + "/large", WHOLE + "/large");
            for (int part = 0; part < streams; part++) {
                bucket.put(SMALLER + "/" + part, random(folder.path().resolve("part"), mib * MIB / streams));
            }
            Map<String, String> api = new java.util.HashMap<>(BenchStack.lane("noop", "noop"));
            api.put("QUARRY_STOREENDPOINTS", bucket.hostAndPort());
            try (BenchStack stack = BenchStack.start(
                    settings -> settings.withApi(api).withApiHeap("256m").withApiCompiledAsDeployed())) {
                for (String kind : List.of(WHOLE, IN_PARTS, SMALLER)) {
                    stack.parts().client().createStore(bucket.store(kind, kind));
                }
                beside(stack, bucket, WHOLE, "");
                beside(stack, bucket, IN_PARTS, "-in-parts");
                atOnce(stack);
            }
        }
        return 0;
    }

    /**
     * The SDK and the API in turn.
     *
     * @param suffix of the rows' names
     */
    private void beside(BenchStack stack, S3Bucket bucket, String kind, String suffix) throws Exception {
        AgentDownloads downloads = AgentDownloads.of(stack.parts(), kind);
        StreamTimes sdk = new StreamTimes(stack, bucket, mib);
        StreamTimes api = new StreamTimes(stack, bucket, mib);
        Callable<Long> direct = () -> drained(bucket.client()
                .getObject(request -> request.bucket(S3Bucket.NAME).key(kind + "/large")));
        Callable<Long> throughApi = () -> drained(downloads.largest());
        for (int run = 0; run < warmUp; run++) {
            System.err.println("bench: " + kind + ": warming up, " + (run + 1) + " of " + warmUp);
            direct.call();
            throughApi.call();
        }
        for (int run = 0; run < runs; run++) {
            sdk.add(direct);
            api.add(throughApi);
            System.err.println(
                    "bench: " + kind + " run " + (run + 1) + ": SDK " + sdk.last() + ", API " + api.last() + " MiB/s");
        }
        sdk.print("sdk" + suffix);
        api.print("api" + suffix);
        new Row("api/sdk" + suffix, api.median() / sdk.median(), "ratio").print();
    }

    private void atOnce(BenchStack stack) throws Exception {
        AgentDownloads downloads = AgentDownloads.of(stack.parts(), SMALLER);
        long start = System.nanoTime();
        long bytes = atOnce(downloads);
        if (bytes != mib * MIB / streams * streams) {
            throw new IllegalStateException("read " + bytes + " bytes of " + mib + " MiB");
        }
        new Row("api-" + streams + "-streams", bytes * 1e9 / MIB / (System.nanoTime() - start), "MiB/s").print();
        new Row("heap-api", HeapSize.mebibytes(stack.parts().api().pid()), "MiB").print();
    }

    private long atOnce(AgentDownloads downloads) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(streams);
        try {
            List<Future<Long>> reading = new ArrayList<>();
            for (AgentDownloads.Download download : downloads.all()) {
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
