package dev.quarry.dev.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quarry.dev.stack.Backend;
import dev.quarry.dev.stack.DevStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How often the worker asked the scheduler, as the scheduler itself counted. */
record SchedulerCalls(DevStack parts, Backend backend) {
    /** A line of Nomad's log at level DEBUG. What the stack asks itself is left out. */
    private static final Pattern REQUEST =
            Pattern.compile("http: request complete: method=(\\S+) path=\"?/v1/(?!nodes)([a-z]+)");

    List<Row> each(int jobs) throws IOException, InterruptedException {
        Map<String, Long> calls = switch (backend) {
            case process -> Map.of();
            case nomad -> nomad();
            case ecs -> ecs();
        };
        List<Row> rows = new ArrayList<>();
        calls.forEach((what, times) ->
                rows.add(new Row("jobs-" + backend + "-calls-" + what, times / (double) jobs, "calls/job")));
        if (!calls.isEmpty()) {
            double all = calls.values().stream().mapToLong(Long::longValue).sum();
            rows.add(new Row("jobs-" + backend + "-calls", all / jobs, "calls/job"));
        }
        return rows;
    }

    private Map<String, Long> nomad() throws IOException {
        Map<String, Long> calls = new TreeMap<>();
        for (String line : Files.readAllLines(parts.scheduler().orElseThrow().log())) {
            Matcher request = REQUEST.matcher(line);
            if (request.find()) {
                calls.merge(request.group(1) + "-" + request.group(2), 1L, Long::sum);
            }
        }
        return calls;
    }

    private Map<String, Long> ecs() throws IOException, InterruptedException {
        URI state = URI.create(parts.jobConsole().orElseThrow());
        String answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(state).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        Map<String, Long> calls = new TreeMap<>();
        for (Map.Entry<String, JsonNode> call :
                new ObjectMapper().readTree(answer).path("calls").properties()) {
            calls.put(call.getKey(), call.getValue().asLong());
        }
        return calls;
    }
}
