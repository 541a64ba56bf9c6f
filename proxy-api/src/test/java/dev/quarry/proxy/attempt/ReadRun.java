package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Works a run as a worker and its agents do, over both APIs: every item is read whole, its content is its text, and all is plain. */
final class ReadRun {
    private static final RunningApi API = RunningApi.shared();
    private static final String CONTROL = API.token(Listener.CONTROL);

    private final TestRun run;
    private int read;

    ReadRun(TestRun run) {
        this.run = run;
    }

    /** A whole run; its totals. */
    static JsonNode complete(TestRun run) {
        run.walk();
        new ReadRun(run).work();
        return run.close(false);
    }

    /** All units there are. Returns how many items gave their bytes. */
    int work() {
        for (List<UUID> units = run.take(10); !units.isEmpty(); units = run.take(10)) {
            units.forEach(this::work);
        }
        return read;
    }

    private void work(UUID unit) {
        UUID request = UUID.randomUUID();
        Agent agent = opened(unit, request);
        for (String line : agent.items().body().lines().toList()) {
            int n = RunningApi.JSON.readTree(line).get("n").asInt();
            assertThat(Agent.statuses(agent.started(n))).containsExactly(200);
            assertThat(Agent.statuses(agent.results(lines(n, agent.content(n)))))
                    .containsOnly(200);
        }
        control(unit, "settle", "{\"requestId\":\"" + request + "\",\"end\":{\"state\":\"SUCCEEDED\",\"exitCode\":0}}");
    }

    /** An agent that has claimed the first attempt at this unit. */
    static Agent opened(UUID unit, UUID request) {
        Agent agent = new Agent(control(unit, "attempts", "{\"requestId\":\"" + request + "\",\"after\":0}"));
        assertThat(agent.claim().status()).isEqualTo(200);
        return agent;
    }

    /** What an agent reports of an item, by the API's answer to its download. */
    private String[] lines(int n, Answer content) {
        if (content.status() == 200) {
            read++;
            return new String[] {
                Agent.extraction(n, content.body()).replace("\"text\":", "\"mediaType\":\"text/plain\",\"text\":"),
                "{\"type\":\"done\",\"n\":" + n + ",\"outcome\":\"INDEXED\"}"
            };
        }
        String outcome = switch (content.json().get("code").asString()) {
            case "filtered" -> "\"FILTERED\"";
            case "not_readable" -> "\"FAILED\",\"reason\":\"NOT_READABLE\"";
            case "archived" -> "\"FAILED\",\"reason\":\"ARCHIVED\"";
            default -> throw new AssertionError(content.status() + " " + content.body());
        };
        return new String[] {"{\"type\":\"done\",\"n\":" + n + ",\"outcome\":" + outcome + "}"};
    }

    private static JsonNode control(UUID unit, String call, String json) {
        Answer answer = API.post(Listener.CONTROL, CONTROL, "/control/v1/units/" + unit + "/" + call, json);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }
}
