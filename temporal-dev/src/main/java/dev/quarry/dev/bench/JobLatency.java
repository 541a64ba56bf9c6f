package dev.quarry.dev.bench;

import dev.quarry.dev.stack.DevStack;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Seconds from a job's own last act to the event that completes its runJob activity, by one machine's clock.
 *
 * @param seconds of each job, ascending
 */
record JobLatency(List<Double> seconds) {
    private static final double NANOS = 1e9;

    double percentile(int percent) {
        return seconds.isEmpty()
                ? Double.NaN
                : seconds.get(Math.min(seconds.size() - 1, seconds.size() * percent / 100));
    }

    /** @param ends holds a file per job id with the time when it ended */
    static JobLatency of(String target, Path ends, int jobs) throws IOException {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(target).build());
        try {
            WorkflowClient client = WorkflowClient.newInstance(stubs);
            Map<String, Double> completed = new HashMap<>();
            for (int number = 1; number <= jobs; number++) {
                String id = "index/" + DevStack.TENANT + "/jobs/g1/u" + number;
                read(client.fetchHistory(id).getEvents(), completed);
            }
            return new JobLatency(completed.entrySet().stream()
                    .filter(job -> Files.exists(ends.resolve(job.getKey())))
                    .map(job -> job.getValue() - endOf(ends.resolve(job.getKey())))
                    .sorted()
                    .toList());
        } finally {
            stubs.shutdownNow();
        }
    }

    private static void read(List<HistoryEvent> events, Map<String, Double> completed) {
        Map<Long, String> units = new HashMap<>();
        for (HistoryEvent event : events) {
            if (event.hasActivityTaskScheduledEventAttributes()) {
                io.temporal.api.history.v1.ActivityTaskScheduledEventAttributes scheduled =
                        event.getActivityTaskScheduledEventAttributes();
                if (scheduled.getActivityType().getName().equals("RunJob")) {
                    units.put(
                            event.getEventId(),
                            String.valueOf(
                                    map(scheduled.getInput().getPayloads(0)).get("unit")));
                }
            } else if (event.hasActivityTaskCompletedEventAttributes()) {
                io.temporal.api.history.v1.ActivityTaskCompletedEventAttributes done =
                        event.getActivityTaskCompletedEventAttributes();
                String unit = units.get(done.getScheduledEventId());
                if (unit != null) {
                    Object epoch = map(done.getResult().getPayloads(0)).get("epoch");
                    completed.put(
                            "q-" + unit + "-" + epoch,
                            event.getEventTime().getSeconds()
                                    + event.getEventTime().getNanos() / NANOS);
                }
            }
        }
    }

    private static Map<?, ?> map(Payload payload) {
        return DefaultDataConverter.STANDARD_INSTANCE.fromPayload(payload, Map.class, Map.class);
    }

    private static double endOf(Path file) {
        try {
            return Double.parseDouble(Files.readString(file).strip());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
