package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.attack.FuzzedRequests.Operation;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.InMemoryTemporal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every operation of the contract, called by two tenants in turn with values good and bad. */
class ContractFuzzTest {
    private static final int REQUESTS = Integer.getInteger("quarry.fuzz", 20_000);
    private static final int BETWEEN_CHECKS = 10;

    private static final InMemoryTemporal TEMPORAL = InMemoryTemporal.start();

    /** Whom all is asked: the shared one has no Temporal, since tests of that are there. */
    private static final RunningApi API =
            RunningApi.shared().beside(Map.of("quarry.temporal.target", TEMPORAL.target()));

    private final long seed = Long.getLong("quarry.seed", System.nanoTime());
    private final JsonNode contract =
            Call.get(Listener.PUBLIC, "/v3/api-docs").send().json();
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> succeeded = new TreeMap<>();
    private final Map<String, Integer> sent = new TreeMap<>();

    @AfterAll
    static void close() {
        Party.TURNED.close();
        API.close();
        TEMPORAL.close();
    }

    /** The same requests each time: what it finds, it finds again. */
    @Test
    void noCallOfAFewBreaksAndNobodySeesTheOther() {
        fuzz(new FuzzedRequests(contract, new Random(7)), 2_000);
        assertThat(failures).isEmpty();
        assertThat(succeedingLess(Double.MIN_VALUE))
                .as("operations of which none succeeds")
                .isEmpty();
    }

    /** Runs with --security only: it takes minutes. */
    @Test
    @Tag("security")
    void noCallOfThousandsBreaksAndNobodySeesTheOther() {
        System.out.println("fuzz: seed " + seed);
        fuzz(new FuzzedRequests(contract, new Random(seed)), REQUESTS);
        sent.forEach((operation, count) -> System.out.printf(
                "fuzz: %-20s %5d sent %5d succeeded%n", operation, count, succeeded.getOrDefault(operation, 0)));
        assertThat(failures).as("seed " + seed).isEmpty();
        assertThat(succeedingLess(0.3))
                .as("operations of which under 30 % succeed, seed " + seed)
                .isEmpty();
    }

    private List<String> succeedingLess(double share) {
        return sent.entrySet().stream()
                .filter(entry -> succeeded.getOrDefault(entry.getKey(), 0) < share * entry.getValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    private void fuzz(FuzzedRequests requests, int total) {
        List<Operation> operations = requests.operations();
        Party[] parties = {new Party("signing"), new Party("ticket")};
        for (Operation operation : operations) {
            fuzz(requests, operation, parties, total / operations.size() + 1);
        }
        assertThat(parties)
                .allSatisfy(party ->
                        assertThat(party.own.get("from")).as("the current key").isNotEqualTo("1"));
    }

    private void fuzz(FuzzedRequests requests, Operation operation, Party[] parties, int count) {
        for (int i = 0; i < count; i++) {
            Party caller = parties[i % 2];
            Party other = parties[1 - i % 2];
            if (i % BETWEEN_CHECKS < 2) {
                caller.refresh();
            }
            Call call = requests.request(operation, caller, other).at(operation.turnsKeys() ? Party.TURNED : API);
            Reply reply = call.send();
            caller.heard(operation.id(), call, reply);
            sent.merge(operation.id(), 1, Integer::sum);
            if (reply.succeeded()) {
                succeeded.merge(operation.id(), 1, Integer::sum);
            }
            judge(operation, call, reply, other);
        }
    }

    private void judge(Operation operation, Call call, Reply reply, Party other) {
        boolean away = reply.status() == 503 && reply.body().contains("store_away");
        if (reply.status() == 0 || (reply.status() >= 500 && !away)) {
            failures.add(operation.id() + " " + reply.status() + ": " + call.target() + " "
                    + new String(call.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        if (!operation.seesAllTenants() && reply.body().contains(other.canary)) {
            failures.add(operation.id() + " shows the other's: " + call.target());
        }
    }
}
