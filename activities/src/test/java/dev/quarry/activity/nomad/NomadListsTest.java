package dev.quarry.activity.nomad;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.activity.job.StubServer;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A namespace with 50,000 jobs that ended hours ago, and 2,000 that run: filters and pages as Nomad 1.6.5 has them. */
class NomadListsTest {
    private static final int DEAD = 50_000;
    private static final int RUNNING = 2_000;
    private static final Pattern NAMED = Pattern.compile("(?:ID|JobID) matches \"(.*)\"");

    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger largestPage = new AtomicInteger();

    @Test
    void aNamespaceFullOfEndedJobsIsNeverReadWhole() throws Exception {
        try (StubServer server = new StubServer(this::answer);
                NomadJobBackend backend = new NomadJobBackend(config(server.address()))) {
            List<JobHandle> handles = new ArrayList<>(handles(0, 12));
            assertThat(backend.statuses(handles).values())
                    .extracting(JobStatus::state)
                    .containsOnly(State.SUCCEEDED);
            assertThat(served.get()).isEqualTo(2 * 12);
            handles.addAll(handles(DEAD, DEAD + RUNNING));
            Map<State, Long> states = backend.statuses(handles).values().stream()
                    .collect(Collectors.groupingBy(JobStatus::state, Collectors.counting()));
            assertThat(states).containsExactlyInAnyOrderEntriesOf(Map.of(State.SUCCEEDED, 12L, State.RUNNING, 2_000L));
            assertThat(served.get()).isLessThan(RUNNING + 100);
            assertThat(largestPage.get()).isLessThanOrEqualTo(500);
        }
    }

    private static List<JobHandle> handles(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> new JobHandle("default/q-" + number))
                .toList();
    }

    static NomadConfig config(URI address) {
        return new NomadConfig(
                address,
                null,
                "default",
                false,
                false,
                NomadConfig.Driver.docker,
                Map.of(NomadConfig.ANY_IMAGE, "image"),
                null,
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofMinutes(15));
    }

    private StubServer.Answer answer(HttpExchange request) {
        Map<String, String> query = query(request.getRequestURI());
        int from = Integer.parseInt(query.getOrDefault("next_token", "0"));
        int size = Integer.parseInt(query.getOrDefault("per_page", "1000000"));
        boolean jobs = request.getRequestURI().getPath().endsWith("/jobs");
        int[] found = IntStream.range(from, DEAD + RUNNING)
                .filter(number -> filter(query.getOrDefault("filter", "")).test(number))
                .limit(size + 1L)
                .toArray();
        if (found.length > size) {
            request.getResponseHeaders().set("X-Nomad-NextToken", Integer.toString(found[size]));
        }
        int count = Math.min(size, found.length);
        served.addAndGet(count);
        largestPage.accumulateAndGet(count, Math::max);
        return new StubServer.Answer(
                200,
                IntStream.of(found)
                        .limit(size)
                        .mapToObj(number -> jobs ? job(number) : allocation(number))
                        .collect(Collectors.joining(",", "[", "]")));
    }

    private static Predicate<Integer> filter(String filter) {
        if (filter.startsWith("ClientStatus")) {
            return number -> number >= DEAD;
        }
        Matcher named = NAMED.matcher(filter);
        if (!named.matches()) {
            return number -> true;
        }
        Pattern ids = Pattern.compile(named.group(1));
        return number -> ids.matcher("q-" + number).find();
    }

    private static String job(int number) {
        return "{\"ID\":\"q-" + number + "\",\"Status\":\"dead\",\"Stop\":false}";
    }

    private static String allocation(int number) {
        String status = number >= DEAD ? "running" : "complete";
        return "{\"ID\":\"a" + number + "\",\"JobID\":\"q-" + number
                + "\",\"DesiredStatus\":\"run\",\"CreateIndex\":1,\"ClientStatus\":\"" + status
                + "\",\"TaskStates\":{\"agent\":{\"Events\":[{\"Type\":\"Terminated\",\"ExitCode\":0,\"Signal\":0}]}}}";
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new HashMap<>();
        for (String pair : uri.getRawQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }
}
