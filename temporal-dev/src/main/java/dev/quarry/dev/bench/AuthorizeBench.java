package dev.quarry.dev.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the check of a token costs a request of the job API: there is no switch to turn it off, so the API times it and says so in its metrics. */
@Command(name = "authorize")
final class AuthorizeBench implements Callable<Integer> {
    private static final String STORE = "small";

    @Option(names = "--calls")
    private int calls = 20_000;

    @Option(names = "--clients")
    private int clients = 2;

    @Override
    public Integer call() throws Exception {
        try (BenchFolder folder = BenchFolder.create()) {
            Path root = Files.createDirectory(folder.path().resolve("files"));
            Files.writeString(root.resolve("one.txt"), "one");
            try (BenchStack stack = BenchStack.start(BenchStack.lane("noop", "noop"), root)) {
                measure(stack, root);
            }
        }
        return 0;
    }

    private void measure(BenchStack stack, Path root) throws Exception {
        stack.parts().client().createStore(STORE, root, true);
        AgentDownloads.Download items = AgentDownloads.of(stack.parts(), STORE).items();
        System.err.println("bench: warming up");
        atOnce(items, calls / 4);
        System.err.println("bench: " + calls + " calls by " + clients + " clients");
        double[] whole = atOnce(items, calls);
        String metrics = metrics(stack.parts().controlUrl());
        double p50 = quantile(metrics, "0.5");
        new Row("authorize-p50", p50, "ms").print();
        new Row("authorize-p95", quantile(metrics, "0.95"), "ms").print();
        new Row("request-p50", at(whole, 0.5), "ms").print();
        new Row("request-p95", at(whole, 0.95), "ms").print();
        new Row("authorize/request", p50 / at(whole, 0.5), "ratio").print();
    }

    /** Milliseconds that each call took, as its client saw it. */
    private double[] atOnce(AgentDownloads.Download items, int wanted) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<double[]>> calling = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                calling.add(threads.submit(() -> timed(items, wanted / clients)));
            }
            List<double[]> all = new ArrayList<>();
            for (Future<double[]> each : calling) {
                all.add(each.get());
            }
            return all.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
        } finally {
            threads.shutdownNow();
        }
    }

    private static double[] timed(AgentDownloads.Download items, int wanted) throws IOException {
        double[] millis = new double[wanted];
        for (int i = 0; i < wanted; i++) {
            long start = System.nanoTime();
            try (InputStream answer = items.open()) {
                answer.readAllBytes();
            }
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        return millis;
    }

    private static double at(double[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(sorted.length * quantile))];
    }

    private static String metrics(URI control) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(control.resolve("/actuator/prometheus"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return answer.body();
    }

    private static double quantile(String metrics, String quantile) {
        Matcher line = Pattern.compile(
                        "quarry_job_authorize_seconds\\{[^}]*quantile=\"" + Pattern.quote(quantile) + "\"[^}]*} (\\S+)")
                .matcher(metrics);
        if (!line.find()) {
            throw new IllegalStateException("the API's metrics say nothing of quarry_job_authorize_seconds");
        }
        return Double.parseDouble(line.group(1)) * 1_000;
    }
}
