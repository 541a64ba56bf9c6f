package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Whether an id is somebody else's or nobody's cannot be told by the time that the 404 takes. Runs with --security only: it measures. */
@Tag("security")
class TimingTest {
    private static final int CALLS = 1_000;
    private static final int WARM_UP = 300; // for the compiler
    private static final Percentage ALIKE = Percentage.withPercentage(10);

    /** Ids, and names of stores, which the tests make of one. */
    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=[/=]s)[0-9a-f-]{20}\\b");

    private final RunningApi api = RunningApi.shared();

    @TestFactory
    Stream<DynamicTest> ofEveryRouteToAnotherTenant() {
        String foreigner = Tenant.other().token();
        return OwnedRoutes.create()
                .routes()
                .map(route -> test(route.route(), route.call().bearer(foreigner)));
    }

    @TestFactory
    Stream<DynamicTest> ofEveryRouteToAnotherAgent() {
        Victim owner = Victim.running();
        Victim stranger = Victim.running();
        List<Call> calls = List.of(
                stranger.items(),
                stranger.content(0),
                stranger.renew(),
                stranger.results(Victim.started(0)),
                stranger.artifact(0, "a.jpg"));
        assertThat(calls).as("routes of an attempt").hasSize(routesOfAttempts());
        return calls.stream()
                .map(call -> call.to(call.target().replace(stranger.attempt, owner.attempt)))
                .map(call -> test(call.method() + " " + call.target(), call));
    }

    private int routesOfAttempts() {
        return (int)
                api
                        .bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                        .getHandlerMethods()
                        .keySet()
                        .stream()
                        .flatMap(mapping -> mapping.getPatternValues().stream())
                        .filter(path -> path.startsWith("/v1/attempts/{attempt}/"))
                        .count();
    }

    private DynamicTest test(String route, Call foreign) {
        return DynamicTest.dynamicTest(route, () -> alike(route, foreign));
    }

    private void alike(String route, Call foreign) {
        long[] foreigns = new long[CALLS];
        long[] unknowns = new long[CALLS];
        for (int i = -WARM_UP; i < CALLS; i++) {
            int at = Math.max(i, 0);
            // Which goes first changes, so that neither has the other's caches warm more often.
            if (i % 2 == 0) {
                foreigns[at] = nanos(foreign);
                unknowns[at] = nanos(unknown(foreign));
            } else {
                unknowns[at] = nanos(unknown(foreign));
                foreigns[at] = nanos(foreign);
            }
        }
        double first = median(foreigns) / 1e6;
        double second = median(unknowns) / 1e6;
        System.out.printf("medians of %s: foreign %.3f ms, unknown %.3f ms%n", route, first, second);
        assertThat(first).as(route).isCloseTo(second, ALIKE);
    }

    /** The same call about ids that are nobody's. */
    private static Call unknown(Call foreign) {
        return foreign.to(ID.matcher(foreign.target()).replaceAll(TimingTest::another));
    }

    private static String another(MatchResult id) {
        return UUID.randomUUID().toString().substring(0, id.group().length());
    }

    private long nanos(Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.url(call.listener()) + call.target()))
                .method(call.method(), HttpRequest.BodyPublishers.ofByteArray(call.body()));
        for (String header : call.headers()) {
            String[] parts = header.split(": ", 2);
            request.header(parts[0], parts[1]);
        }
        HttpRequest built = request.build();
        long start = System.nanoTime();
        int status = api.send(built).status();
        long nanos = System.nanoTime() - start;
        assertThat(status).isEqualTo(404);
        return nanos;
    }

    private static long median(long[] times) {
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
