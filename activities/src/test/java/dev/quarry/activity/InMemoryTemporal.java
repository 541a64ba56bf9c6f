package dev.quarry.activity;

import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;

/** A Temporal server in this process that others reach by a port. */
final class InMemoryTemporal implements AutoCloseable {
    private final String target;
    private final TestServer.PortBoundTestServer server;
    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;

    InMemoryTemporal() throws IOException {
        int port = freePort();
        target = "127.0.0.1:" + port;
        server = TestServer.createPortBoundServer(port);
        stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(target).build());
        client = WorkflowClient.newInstance(stubs);
        registerSearchAttributes();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    /** Every server needs them, the in-memory one too: a workflow that upserts an unknown one is stuck. */
    private void registerSearchAttributes() {
        AddSearchAttributesRequest.Builder request =
                AddSearchAttributesRequest.newBuilder().setNamespace("default");
        for (String keyword : List.of("TenantId", "StoreId", "RunPhase")) {
            request.putSearchAttributes(keyword, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD);
        }
        for (String number : List.of("Generation", "FilesListed", "FilesDone", "FilesFailed")) {
            request.putSearchAttributes(number, IndexedValueType.INDEXED_VALUE_TYPE_INT);
        }
        OperatorServiceGrpc.newBlockingStub(stubs.getRawChannel()).addSearchAttributes(request.build());
    }

    String target() {
        return target;
    }

    void startRun(String workflowId, String taskQueue) {
        client.newUntypedWorkflowStub(
                        "IndexStoreWorkflow",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(workflowId)
                                .setTaskQueue(taskQueue)
                                .build())
                .start(Map.of());
    }

    void terminate(String workflowId) {
        client.newUntypedWorkflowStub(workflowId).terminate("for a test");
    }

    String history(String workflowId) {
        return client.fetchHistory(workflowId).toJson(true);
    }

    @Override
    public void close() {
        stubs.shutdownNow();
        server.close();
    }
}
