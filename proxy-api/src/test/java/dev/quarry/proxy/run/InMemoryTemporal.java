package dev.quarry.proxy.run;

import io.temporal.api.command.v1.Command;
import io.temporal.api.command.v1.ContinueAsNewWorkflowExecutionCommandAttributes;
import io.temporal.api.enums.v1.CommandType;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.taskqueue.v1.TaskQueue;
import io.temporal.api.workflowservice.v1.PollWorkflowTaskQueueRequest;
import io.temporal.api.workflowservice.v1.PollWorkflowTaskQueueResponse;
import io.temporal.api.workflowservice.v1.RespondWorkflowTaskCompletedRequest;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testserver.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A Temporal in this JVM. No worker is there: workflows that are started wait, and can be cancelled. */
public final class InMemoryTemporal implements AutoCloseable {
    private final TestServer.PortBoundTestServer server;
    private final String target;

    private InMemoryTemporal(int port) {
        this.server = TestServer.createPortBoundServer(port);
        this.target = "127.0.0.1:" + port;
    }

    public static InMemoryTemporal start() {
        InMemoryTemporal temporal = new InMemoryTemporal(freePort());
        temporal.registerAttributes();
        return temporal;
    }

    public String target() {
        return target;
    }

    /** Does what a worker would at the end of a long execution: ends it and begins the next one of its chain, with this input. */
    void continueAsNew(String workflowId, String site, String input) {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(target).validateAndBuildWithDefaults());
        try {
            TaskQueue queue = TaskQueue.newBuilder().setName("quarry-" + site).build();
            PollWorkflowTaskQueueResponse task;
            do { // other tests' workflows wait there too, for nobody
                task = stubs.blockingStub()
                        .pollWorkflowTaskQueue(PollWorkflowTaskQueueRequest.newBuilder()
                                .setNamespace("default")
                                .setTaskQueue(queue)
                                .build());
            } while (!task.getWorkflowExecution().getWorkflowId().equals(workflowId));
            stubs.blockingStub()
                    .respondWorkflowTaskCompleted(RespondWorkflowTaskCompletedRequest.newBuilder()
                            .setNamespace("default")
                            .setTaskToken(task.getTaskToken())
                            .addCommands(Command.newBuilder()
                                    .setCommandType(CommandType.COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION)
                                    .setContinueAsNewWorkflowExecutionCommandAttributes(
                                            ContinueAsNewWorkflowExecutionCommandAttributes.newBuilder()
                                                    .setWorkflowType(task.getWorkflowType())
                                                    .setTaskQueue(queue)
                                                    .setInput(DefaultDataConverter.STANDARD_INSTANCE
                                                            .toPayloads(input)
                                                            .orElseThrow())))
                            .build());
        } finally {
            stubs.shutdownNow();
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private void registerAttributes() {
        OperatorServiceStubs operator = OperatorServiceStubs.newServiceStubs(
                OperatorServiceStubsOptions.newBuilder().setTarget(target).validateAndBuildWithDefaults());
        try {
            operator.blockingStub()
                    .addSearchAttributes(AddSearchAttributesRequest.newBuilder()
                            .setNamespace("default")
                            .putSearchAttributes("TenantId", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                            .putSearchAttributes("StoreId", IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
                            .build());
        } finally {
            operator.shutdownNow();
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
