package dev.quarry.dev.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Several readings of one object in one way. */
final class StreamTimes {
    private static final long MIB = 1 << 20;

    private final BenchStack stack;
    private final S3Bucket bucket;
    private final int mib;
    private final List<Double> speeds = new ArrayList<>();
    private final List<StreamCpu> spent = new ArrayList<>();

    StreamTimes(BenchStack stack, S3Bucket bucket, int mib) {
        this.stack = stack;
        this.bucket = bucket;
        this.mib = mib;
    }

    /** @param reading gives how many bytes it read */
    void add(Callable<Long> reading) throws Exception {
        StreamCpu before = now();
        long start = System.nanoTime();
        long bytes = reading.call();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (bytes != mib * MIB) {
            throw new IllegalStateException("read " + bytes + " bytes of " + mib + " MiB");
        }
        spent.add(now().since(before));
        speeds.add(mib / seconds);
    }

    private StreamCpu now() {
        return StreamCpu.now(bucket.pid(), stack.parts().api().pid());
    }

    double last() {
        return speeds.get(speeds.size() - 1);
    }

    /** MiB a second. */
    double median() {
        return Row.median(speeds.stream().mapToDouble(speed -> speed).toArray());
    }

    void print(String name) {
        new Row(name, median(), "MiB/s").print();
        StreamCpu.median(spent).print(name, mib / 1024.0);
    }
}
