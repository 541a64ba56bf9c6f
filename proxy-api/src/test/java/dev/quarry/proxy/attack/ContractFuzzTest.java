package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.attack.FuzzedRequests.Operation;
import dev.quarry.proxy.listener.Listener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every operation of the contract, called by two tenants in turn with values good and bad. */
class ContractFuzzTest {
    private static final int REQUESTS = Integer.getInteger("quarry.fuzz", 20_000);
    private static final int BETWEEN_CHECKS = 10;

    /** Needs Temporal, or a run that asks, or a person's own token, or turns the keys of all: its refusals are fuzzed, successes have tests of their own. */
    private static final Set<String> CANNOT_SUCCEED =
            Set.of("startRun", "cancelRun", "answerDeletion", "changeOwnPassword", "rotateKey");

    private final long seed = Long.getLong("quarry.seed", System.nanoTime());
    private final JsonNode contract =
            Call.get(Listener.PUBLIC, "/v3/api-docs").send().json();
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> succeeded = new TreeMap<>();
    private final Map<String, Integer> sent = new TreeMap<>();

    /** The same requests each time: what it finds, it finds again. */
    @Test
    void noCallOfAFewBreaksAndNobodySeesTheOther() {
        fuzz(new FuzzedRequests(contract, new Random(7)), 2_000, 1);
        assertThat(failures).isEmpty();
    }

    /** Runs with --security only: it takes minutes. */
    @Test
    @Tag("security")
    void noCallOfThousandsBreaksAndNobodySeesTheOther() {
        System.out.println("fuzz: seed " + seed);
        fuzz(new FuzzedRequests(contract, new Random(seed)), REQUESTS, 20);
        sent.forEach((operation, count) -> System.out.printf(
                "fuzz: %-20s %5d sent %5d succeeded%n", operation, count, succeeded.getOrDefault(operation, 0)));
        assertThat(failures).as("seed " + seed).isEmpty();
        assertThat(sent.entrySet().stream()
                        .filter(entry -> !CANNOT_SUCCEED.contains(entry.getKey()))
                        .filter(entry -> succeeded.getOrDefault(entry.getKey(), 0) < 0.3 * entry.getValue())
                        .map(Map.Entry::getKey))
                .as("operations of which under 30 % succeed, seed " + seed)
                .isEmpty();
    }

    /** @param refusals of each operation that cannot succeed */
    private void fuzz(FuzzedRequests requests, int total, int refusals) {
        List<Operation> operations = requests.operations();
        int each = total / (operations.size() - CANNOT_SUCCEED.size()) + 1;
        Party[] parties = {new Party(), new Party()};
        for (Operation operation : operations) {
            fuzz(requests, operation, parties, CANNOT_SUCCEED.contains(operation.id()) ? refusals : each);
        }
    }

    private void fuzz(FuzzedRequests requests, Operation operation, Party[] parties, int count) {
        for (int i = 0; i < count; i++) {
            Party caller = parties[i % 2];
            Party other = parties[1 - i % 2];
            if (i % BETWEEN_CHECKS < 2 && caller.isOver()) {
                caller.renew();
            }
            Call call = requests.request(operation, caller, other);
            Reply reply = call.send();
            caller.heard(operation.id(), reply);
            sent.merge(operation.id(), 1, Integer::sum);
            if (reply.succeeded()) {
                succeeded.merge(operation.id(), 1, Integer::sum);
            }
            judge(operation, call, reply, other);
        }
    }

    private void judge(Operation operation, Call call, Reply reply, Party other) {
        boolean away = reply.status() == 503
                && (reply.body().contains("temporal_away") || reply.body().contains("store_away"));
        if (reply.status() == 0 || (reply.status() >= 500 && !away)) {
            failures.add(operation.id() + " " + reply.status() + ": " + call.target() + " "
                    + new String(call.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        if (!operation.seesAllTenants() && reply.body().contains(other.canary)) {
            failures.add(operation.id() + " shows the other's: " + call.target());
        }
    }
}
