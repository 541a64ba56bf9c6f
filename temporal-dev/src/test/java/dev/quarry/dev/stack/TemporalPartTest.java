package dev.quarry.dev.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TemporalPartTest {
    @TempDir
    Path directory;

    StackFolder folder;
    StackPorts ports;

    @BeforeEach
    void open() throws Exception {
        folder = StackFolder.open(directory);
        ports = StackPorts.choose(folder.ports());
    }

    @AfterEach
    void close() throws Exception {
        folder.close();
    }

    private WorkflowServiceStubs stubs() {
        return WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + ports.of(StackPorts.Listener.TEMPORAL))
                .build());
    }

    private static void startWorkflow(WorkflowServiceStubs stubs, String id) {
        WorkflowClient.newInstance(stubs)
                .newUntypedWorkflowStub(
                        "IndexStoreWorkflow",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(id)
                                .setTaskQueue("nobody-listens")
                                .setTypedSearchAttributes(SearchAttributes.newBuilder()
                                        .set(SearchAttributeKey.forKeyword("TenantId"), "demo")
                                        .set(SearchAttributeKey.forLong("FilesListed"), 3L)
                                        .build())
                                .build())
                .start("{}");
    }

    private static String status(WorkflowServiceStubs stubs, String id) {
        WorkflowStub workflow = WorkflowClient.newInstance(stubs).newUntypedWorkflowStub(id);
        return workflow.describe().getStatus().name();
    }

    @Test
    void aKilledServerGoesOnWithItsWorkflowsOnTheSamePort() throws Exception {
        Optional<Path> binary = Installation.current().temporal();
        assumeTrue(binary.isPresent(), "no temporal binary: ./quarry setup installs one");
        StackPart temporal = TemporalPart.create(folder, ports, binary);
        temporal.start();
        WorkflowServiceStubs stubs = stubs();
        try {
            startWorkflow(stubs, "index/demo/kept");
            temporal.kill();
            assertThat(temporal.isAlive()).isFalse();
            temporal.start();
            assertThat(status(stubs, "index/demo/kept")).isEqualTo("WORKFLOW_EXECUTION_STATUS_RUNNING");
        } finally {
            stubs.shutdownNow();
            temporal.stop();
        }
    }

    @Test
    void operatorsFindTheirSearchAttributes() throws Exception {
        Optional<Path> binary = Installation.current().temporal();
        assumeTrue(binary.isPresent(), "no temporal binary: ./quarry setup installs one");
        StackPart temporal = TemporalPart.create(folder, ports, binary);
        temporal.start();
        OperatorServiceStubs stubs = OperatorServiceStubs.newServiceStubs(OperatorServiceStubsOptions.newBuilder()
                .setTarget("127.0.0.1:" + ports.of(StackPorts.Listener.TEMPORAL))
                .validateAndBuildWithDefaults());
        try {
            assertThat(stubs.blockingStub()
                            .listSearchAttributes(ListSearchAttributesRequest.newBuilder()
                                    .setNamespace("default")
                                    .build())
                            .getCustomAttributesMap())
                    .containsOnlyKeys(
                            "TenantId", "StoreId", "RunPhase", "Generation", "FilesListed", "FilesDone", "FilesFailed");
        } finally {
            stubs.shutdownNow();
            temporal.stop();
        }
    }

    @Test
    void withoutTheBinaryTheInMemoryServerTakesWorkflowsWithTheSameSearchAttributes() throws Exception {
        StackPart temporal = TemporalPart.create(folder, ports, Optional.empty());
        temporal.start();
        WorkflowServiceStubs stubs = stubs();
        try {
            startWorkflow(stubs, "index/demo/memory");
            assertThat(status(stubs, "index/demo/memory")).isEqualTo("WORKFLOW_EXECUTION_STATUS_RUNNING");
        } finally {
            stubs.shutdownNow();
            temporal.stop();
        }
    }
}
