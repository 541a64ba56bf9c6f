package dev.quarry.dev.endtoend;

import dev.quarry.dev.stack.DevStack;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Looks for secrets in all that a stack has written: logs, what jobs were given and left, and Temporal's histories. Not in the files that are there to hold them. */
final class SecretScan {
    private final DevStack stack;
    private final SecretText secrets;
    private final List<String> findings = new ArrayList<>();
    private long lines;
    private long histories;

    private SecretScan(DevStack stack, SecretText secrets) {
        this.stack = stack;
        this.secrets = secrets;
    }

    /** @param further secrets besides the stack's own, and what to call each */
    static SecretScan of(DevStack stack, Map<String, String> further) throws IOException {
        SecretScan scan = new SecretScan(stack, SecretText.of(stack, further));
        scan.scanFiles("logs");
        scan.scanFiles("jobs");
        scan.scanHistories();
        return scan;
    }

    /** Where what was found; never the secret. */
    List<String> findings() {
        return findings;
    }

    long lines() {
        return lines;
    }

    long histories() {
        return histories;
    }

    private void scanFiles(String folder) throws IOException {
        Path top = stack.folder().resolve(folder);
        if (!Files.isDirectory(top)) {
            return;
        }
        try (Stream<Path> all = Files.walk(top)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                scanLines(file);
            }
        }
    }

    private void scanLines(Path file) throws IOException {
        // A job that was killed before it took its ticket leaves it there.
        boolean isTicket = file.endsWith("ticket");
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            long number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String where = stack.folder().relativize(file) + ":" + ++number;
                secrets.in(line, isTicket).ifPresent(secret -> findings.add(where + " holds " + secret));
                lines++;
            }
        }
    }

    private void scanHistories() {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(stack.temporalTarget())
                .build());
        try {
            WorkflowClient client = WorkflowClient.newInstance(stubs);
            for (WorkflowExecutionMetadata each : client.listExecutions("").toList()) {
                String id = each.getExecution().getWorkflowId();
                byte[] history = client.fetchHistory(id, each.getExecution().getRunId())
                        .getHistory()
                        .toByteArray();
                secrets.in(new String(history, StandardCharsets.ISO_8859_1), false)
                        .ifPresent(secret -> findings.add("the history of " + id + " holds " + secret));
                histories++;
            }
        } finally {
            stubs.shutdownNow();
        }
    }
}
