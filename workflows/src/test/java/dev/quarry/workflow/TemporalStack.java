package dev.quarry.workflow;

import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The in-memory server in real time, with a worker for the workflows and the model's activities. */
final class TemporalStack implements AutoCloseable {
    static final String QUEUE = "quarry-default";
    static final String RUN_ID = "index/demo/docs";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestWorkflowEnvironment environment;

    TemporalStack(ControlModel model) {
        environment = TestWorkflowEnvironment.newInstance(
                TestEnvironmentOptions.newBuilder().setUseTimeskipping(false).build());
        for (String keyword : new String[] {"TenantId", "StoreId", "RunPhase"}) {
            environment.registerSearchAttribute(keyword, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD);
        }
        for (String number : new String[] {"Generation", "FilesListed", "FilesDone", "FilesFailed"}) {
            environment.registerSearchAttribute(number, IndexedValueType.INDEXED_VALUE_TYPE_INT);
        }
        Worker worker = environment.newWorker(QUEUE);
        worker.registerWorkflowImplementationTypes(IndexStoreWorkflowImpl.class, FileWorkflowImpl.class);
        worker.registerActivitiesImplementations(model);
        environment.newWorker(TaskQueues.ofJobs(QUEUE)).registerActivitiesImplementations((JobRunner) model::runJob);
        environment.start();
    }

    WorkflowClient client() {
        return environment.getWorkflowClient();
    }

    WorkflowStub startRun(IndexRequest request) {
        WorkflowStub run = client().newUntypedWorkflowStub("IndexStoreWorkflow", options(RUN_ID));
        run.start(request);
        return run;
    }

    WorkflowStub startFile(String id, FileRequest request) {
        WorkflowStub file = client().newUntypedWorkflowStub("FileWorkflow", options(id));
        file.start(request);
        return file;
    }

    private static WorkflowOptions options(String id) {
        return WorkflowOptions.newBuilder()
                .setWorkflowId(id)
                .setTaskQueue(QUEUE)
                .build();
    }

    static String fileId(int unit) {
        return RUN_ID + "/g1/u" + unit;
    }

    /** By describe, not by getResult: on this server that can hang on a chain that continued as new. */
    WorkflowExecutionStatus status(String workflowId) {
        return describe(workflowId).getWorkflowExecutionInfo().getStatus();
    }

    private DescribeWorkflowExecutionResponse describe(String workflowId) {
        return client().getWorkflowServiceStubs()
                .blockingStub()
                .describeWorkflowExecution(DescribeWorkflowExecutionRequest.newBuilder()
                        .setNamespace(client().getOptions().getNamespace())
                        .setExecution(WorkflowExecution.newBuilder().setWorkflowId(workflowId))
                        .build());
    }

    boolean isRunning(String workflowId) {
        try {
            return status(workflowId) == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
        } catch (io.grpc.StatusRuntimeException notFound) {
            return false;
        }
    }

    void awaitEnd(String workflowId) {
        await(() -> {
            WorkflowExecutionStatus status = status(workflowId);
            return status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING
                    && status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW;
        });
    }

    /**
     * Asks again until the chain has ended: continue-as-new is not atomic on this server, and a request in between is lost
     * (sdk-java#1538). Asks while no activity is under way: this server refuses for good a workflow task that cancels an activity
     * which has just completed (ACTIVITY_UNKNOWN); the real one takes it.
     */
    void cancelUntilEnd(String workflowId) {
        long[] nextAsk = {System.nanoTime()};
        await(() -> {
            if (System.nanoTime() >= nextAsk[0] && isRunning(workflowId) && isIdle(workflowId)) {
                client().newUntypedWorkflowStub(workflowId).cancel();
                nextAsk[0] = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            }
            WorkflowExecutionStatus status = status(workflowId);
            return status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING
                    && status != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW;
        });
    }

    private boolean isIdle(String workflowId) {
        return describe(workflowId).getPendingActivitiesCount() == 0;
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + LIMIT);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(10).toNanos());
        }
    }

    @Override
    public void close() {
        environment.close();
    }
}
