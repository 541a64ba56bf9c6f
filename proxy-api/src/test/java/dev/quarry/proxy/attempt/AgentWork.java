package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Concludes a unit as a worker and its agents do, over both APIs: what is read is its own text, and what shall fail fails. */
public final class AgentWork {
    private static final RunningApi API = RunningApi.shared();
    private static final int MOST_ATTEMPTS = 8;

    private final UUID unit;
    private final Map<Integer, String> failures;

    private AgentWork(UUID unit, Map<Integer, String> failures) {
        this.unit = unit;
        this.failures = failures;
    }

    /** @param failures cleaned path to the reason that the agent gives; all others are indexed */
    public static void conclude(UUID unit, Map<String, String> failures) {
        new AgentWork(unit, numbers(unit, failures)).conclude();
    }

    /** No agent knows a path. */
    private static Map<Integer, String> numbers(UUID unit, Map<String, String> failures) {
        if (failures.isEmpty()) {
            return Map.of();
        }
        return API
                .superuser()
                .sql("""
                        select i.n, f.path from quarry.unit_item i join quarry.file f on f.tenant = i.tenant and f.id = i.file where i.unit = ?""")
                .param(unit)
                .query((row, i) -> Map.entry(row.getInt("n"), failures.getOrDefault(row.getString("path"), "")))
                .list()
                .stream()
                .filter(item -> !item.getValue().isEmpty())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Items that changed meanwhile are put back, and the next attempt has them. */
    private void conclude() {
        boolean done = false;
        for (int after = 0; !done; after++) {
            assertThat(after).as("attempts at unit " + unit).isLessThan(MOST_ATTEMPTS);
            done = attempt(after);
        }
    }

    private boolean attempt(int after) {
        UUID request = UUID.randomUUID();
        JsonNode opened = control("attempts", "{\"requestId\":\"" + request + "\",\"after\":" + after + "}");
        assertThat(opened.get("answer").asString()).as(opened.toString()).isEqualTo("OPEN");
        Agent agent = new Agent(opened);
        assertThat(agent.claim().status()).isEqualTo(200);
        List<String> lines = new ArrayList<>();
        agent.items()
                .body()
                .lines()
                .forEach(item ->
                        report(agent, RunningApi.JSON.readTree(item).get("n").asInt(), lines));
        Answer results = agent.results(lines.toArray(new String[0]));
        assertThat(Agent.statuses(results)).as(results.body()).containsOnly(200);
        return control("settle", "{\"requestId\":\"" + request + "\",\"end\":{\"state\":\"SUCCEEDED\",\"exitCode\":0}}")
                .get("done")
                .asBoolean();
    }

    private void report(Agent agent, int n, List<String> lines) {
        lines.add("{\"type\":\"started\",\"n\":" + n + "}");
        Answer content = agent.content(n);
        String reason = content.status() == 200 ? failures.get(n) : "CHANGED_WHILE_READING";
        if (reason == null && content.body().isEmpty()) {
            lines.add("{\"type\":\"done\",\"n\":" + n + ",\"outcome\":\"NO_CONTENT\",\"reason\":\"EMPTY\"}");
        } else if (reason == null) {
            lines.add(Agent.extraction(n, content.body()));
            lines.add("{\"type\":\"done\",\"n\":" + n + ",\"outcome\":\"INDEXED\"}");
        } else {
            lines.add("{\"type\":\"done\",\"n\":" + n + ",\"outcome\":\"FAILED\",\"reason\":\"" + reason + "\"}");
        }
    }

    private JsonNode control(String call, String json) {
        Answer answer =
                API.post(Listener.CONTROL, API.token(Listener.CONTROL), "/control/v1/units/" + unit + "/" + call, json);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }
}
