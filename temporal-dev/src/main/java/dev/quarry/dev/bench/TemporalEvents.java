package dev.quarry.dev.bench;

import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;

/** What a run costs Temporal. */
final class TemporalEvents {
    private TemporalEvents() {}

    /** History events of all executions whose workflow id begins with the prefix. Visibility lags: call it when all have ended. */
    static long of(String target, String prefix) throws InterruptedException {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(target).build());
        try {
            WorkflowClient client = WorkflowClient.newInstance(stubs);
            String query = "WorkflowId STARTS_WITH '" + prefix + "'";
            while (client.listExecutions(query + " AND ExecutionStatus = 'Running'")
                    .findAny()
                    .isPresent()) {
                Thread.sleep(200);
            }
            return client.listExecutions(query)
                    .mapToLong(execution -> execution.getWorkflowExecutionInfo().getHistoryLength())
                    .sum();
        } finally {
            stubs.shutdownNow();
        }
    }
}
