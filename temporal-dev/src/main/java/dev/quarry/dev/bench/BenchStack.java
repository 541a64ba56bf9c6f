package dev.quarry.dev.bench;

import dev.quarry.dev.client.ApiException;
import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.client.RunTotals;
import dev.quarry.dev.stack.DevStack;
import dev.quarry.dev.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A stack in a temporary folder, gone without a trace when it is closed. */
final class BenchStack implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration REPORT = Duration.ofSeconds(5);

    private final BenchFolder folder;
    private final DevStack stack;

    /**
     * @param seconds from the request that starts the run to its end as the API shows it
     * @param listingSeconds until the API shows that the listing is complete
     * @param cpu seconds of each part of the stack, meanwhile
     */
    record Run(RunTotals totals, double seconds, double listingSeconds, Map<String, Double> cpu) {
        double cpuSeconds() {
            return cpu.values().stream().mapToDouble(seconds -> seconds).sum();
        }

        double filesPerSecond() {
            return totals.count("listed") / seconds;
        }

        double listedPerSecond() {
            return totals.count("listed") / listingSeconds;
        }
    }

    private BenchStack(BenchFolder folder, DevStack stack) {
        this.folder = folder;
        this.stack = stack;
    }

    /** @param api further settings of proxy-api */
    static BenchStack start(Map<String, String> api, Path... roots)
            throws IOException, InterruptedException, SQLException {
        return start(settings -> settings.withApi(api), roots);
    }

    /** @param further what differs from a plain stack */
    static BenchStack start(UnaryOperator<StackSettings> further, Path... roots)
            throws IOException, InterruptedException, SQLException {
        BenchFolder folder = BenchFolder.create();
        StackSettings settings = further.apply(StackSettings.in(folder.path().resolve("state"), roots));
        DevStack stack = DevStack.start(settings, stage -> System.err.println("bench: " + stage));
        folder.beforeRemoval(stack::close);
        return new BenchStack(folder, stack);
    }

    /** Settings of proxy-api: one lane with one extractor and nothing else. */
    static Map<String, String> lane(String name, String extractor) {
        return Map.of(
                "QUARRY_LANES_0_NAME", name,
                "QUARRY_LANES_0_IMAGE", "quarry-agent",
                "QUARRY_LANES_0_EXTRACTORS_0", extractor);
    }

    DevStack parts() {
        return stack;
    }

    Run run(String store, Path root) throws IOException, InterruptedException {
        stack.client().createStore(store, root, true);
        return run(store, true);
    }

    /** Lists and compares only. */
    Run list(String store, Path root) throws IOException, InterruptedException {
        stack.client().createStore(store, root, true);
        return list(store);
    }

    /** A store that is there. */
    Run list(String store) throws IOException, InterruptedException {
        return run(store, false);
    }

    private Run run(String store, boolean dispatch) throws IOException, InterruptedException {
        PublicApi api = stack.client();
        long last = newest(api, store);
        Map<String, Double> before = cpuSeconds();
        long start = System.nanoTime();
        api.startRun(store, dispatch);
        while (newest(api, store) == last) {
            Thread.sleep(POLL.toMillis());
        }
        RunTotals totals = api.runs(store).get(0);
        double listing = 0;
        long report = start + REPORT.toNanos();
        while (totals.isLive()) {
            Thread.sleep(POLL.toMillis());
            totals = now(api, totals);
            if (listing == 0 && totals.listingComplete()) {
                listing = since(start);
            }
            if (System.nanoTime() > report) {
                System.err.println("bench:   " + totals.concluded() + "/" + totals.count("listed") + " files");
                report += REPORT.toNanos();
            }
        }
        double seconds = since(start);
        if (!totals.isCompleted() || !totals.balanced()) {
            throw new IllegalStateException("the run did not complete or does not add up: " + totals.json());
        }
        return new Run(totals, seconds, listing == 0 ? seconds : listing, since(before));
    }

    /** Hundreds of jobs that claim at once may leave no connection for a reader: its next look will do. */
    private static RunTotals now(PublicApi api, RunTotals before) throws IOException, InterruptedException {
        try {
            return api.run(before.run());
        } catch (ApiException refused) {
            if (refused.status() == 503) {
                return before;
            }
            throw refused;
        }
    }

    private static long newest(PublicApi api, String store) throws IOException, InterruptedException {
        List<RunTotals> runs = api.runs(store);
        return runs.isEmpty() ? 0 : runs.get(0).generation();
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private Map<String, Double> since(Map<String, Double> before) {
        Map<String, Double> spent = cpuSeconds();
        spent.replaceAll((part, seconds) -> seconds - before.getOrDefault(part, 0.0));
        return spent;
    }

    /** Jobs are descendants of the worker. */
    private Map<String, Double> cpuSeconds() {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("api", ProcessCpu.ofTree(stack.api().pid()));
        parts.put("worker-and-jobs", ProcessCpu.ofTree(stack.worker().pid()));
        parts.put("temporal", ProcessCpu.ofTree(stack.temporal().pid()));
        stack.postgres().ifPresent(postgres -> parts.put("postgres", ProcessCpu.ofTree(postgres.pid())));
        return parts;
    }

    @Override
    public void close() throws Exception {
        folder.close();
    }
}
