package dev.quarry.dev.bench;

import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.client.RunTotals;
import dev.quarry.dev.stack.DevStack;
import dev.quarry.dev.stack.StackSettings;
import dev.quarry.postgres.EmbeddedPostgres;
import dev.quarry.postgres.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A stack in a temporary folder, gone without a trace when it is closed. */
final class BenchStack implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Path folder;
    private final DevStack stack;

    /** @param seconds from the request that starts the run to its end as the API shows it */
    record Run(RunTotals totals, double seconds, double cpuSeconds) {
        double filesPerSecond() {
            return totals.count("listed") / seconds;
        }
    }

    private BenchStack(Path folder, DevStack stack) {
        this.folder = folder;
        this.stack = stack;
    }

    /** @param api further settings of proxy-api */
    static BenchStack start(Map<String, String> api, Path... roots)
            throws IOException, InterruptedException, SQLException {
        Path folder = Files.createTempDirectory("quarry-bench-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        StackSettings settings =
                StackSettings.in(folder.resolve("state"), roots).withApi(api);
        DevStack stack = DevStack.start(settings, stage -> System.err.println("bench: " + stage));
        BenchStack started = new BenchStack(folder, stack);
        Runtime.getRuntime().addShutdownHook(new Thread(started::closeQuietly));
        return started;
    }

    static Map<String, String> noopLane() {
        return Map.of(
                "QUARRY_LANES_0_NAME", "noop",
                "QUARRY_LANES_0_IMAGE", "quarry-agent",
                "QUARRY_LANES_0_EXTRACTORS_0", "noop");
    }

    DevStack parts() {
        return stack;
    }

    Run run(String store, Path root) throws IOException, InterruptedException {
        PublicApi api = stack.client();
        api.createStore(store, root, true);
        long before =
                api.runs(store).stream().mapToLong(RunTotals::generation).max().orElse(0);
        double cpu = cpuSeconds();
        long start = System.nanoTime();
        api.startRun(store);
        RunTotals totals = null;
        while (totals == null || totals.isLive()) {
            Thread.sleep(POLL.toMillis());
            List<RunTotals> runs = api.runs(store);
            if (!runs.isEmpty() && runs.get(0).generation() > before) {
                totals = runs.get(0);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!totals.isCompleted() || !totals.balanced()) {
            throw new IllegalStateException("the run did not complete or does not add up: " + totals.json());
        }
        return new Run(totals, seconds, cpuSeconds() - cpu);
    }

    private double cpuSeconds() throws IOException {
        List<Long> roots = new ArrayList<>(List.of(
                stack.api().pid(), stack.worker().pid(), stack.temporal().pid()));
        stack.postgres().map(EmbeddedPostgres::pid).ifPresent(roots::add);
        return ProcessCpu.ofTrees(roots);
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException | InterruptedException e) {
            System.err.println("bench: not everything could be removed: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stack.close();
        FileTree.delete(folder);
    }
}
