package dev.quarry.dev.bench;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** CPU seconds of what takes part in a stream: on few cores they, not the API's way of working, say what is to be had. */
record StreamCpu(double store, double api, double client) {
    /**
     * Spent so far.
     *
     * @param store process id
     * @param api process id
     */
    static StreamCpu now(long store, long api) {
        return new StreamCpu(ProcessCpu.ofTree(store), ProcessCpu.ofTree(api), own());
    }

    /** The other parts are our descendants, so it is not that of the tree. */
    private static double own() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                        .getProcessCpuTime()
                / 1e9;
    }

    StreamCpu since(StreamCpu before) {
        return new StreamCpu(store - before.store, api - before.api, client - before.client);
    }

    static StreamCpu median(List<StreamCpu> runs) {
        return new StreamCpu(
                median(runs, StreamCpu::store), median(runs, StreamCpu::api), median(runs, StreamCpu::client));
    }

    private static double median(List<StreamCpu> runs, ToDoubleFunction<StreamCpu> part) {
        return Row.median(runs.stream().mapToDouble(part).toArray());
    }

    void print(String name, double gibibytes) {
        new Row(name + "-cpu-store", store / gibibytes, "s/GiB").print();
        new Row(name + "-cpu-api", api / gibibytes, "s/GiB").print();
        new Row(name + "-cpu-client", client / gibibytes, "s/GiB").print();
    }
}
