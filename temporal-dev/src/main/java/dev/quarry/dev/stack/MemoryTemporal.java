package dev.quarry.dev.stack;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.internal.testservice.TestServicesStarter;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * The SDK's in-memory server in a process of its own, in real time: for machines without the {@code temporal} binary. No Web UI, no
 * schedules, no list of workflows, and it forgets everything when it ends. Not through the SDK's own {@code TestServer}: that one
 * listens on every address of the machine.
 */
final class MemoryTemporal {
    private static final boolean TIME_SKIPPING_LOCKED = true;

    private MemoryTemporal() {}

    /** @param arguments address and port to listen on */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String address = arguments[0];
        int port = Integer.parseInt(arguments[1]);
        TestServicesStarter services = new TestServicesStarter(TIME_SKIPPING_LOCKED, 0);
        NettyServerBuilder server = NettyServerBuilder.forAddress(new InetSocketAddress(address, port));
        for (BindableService service : services.getServices()) {
            server.addService(service);
        }
        HealthStatusManager health = new HealthStatusManager();
        server.addService(health.getHealthService());
        Server started = server.build().start();
        register(address + ":" + port);
        // clients ask for this when they connect
        health.setStatus(WorkflowServiceGrpc.SERVICE_NAME, HealthCheckResponse.ServingStatus.SERVING);
        started.awaitTermination();
    }

    private static void register(String target) {
        OperatorServiceStubs stubs = OperatorServiceStubs.newServiceStubs(
                OperatorServiceStubsOptions.newBuilder().setTarget(target).validateAndBuildWithDefaults());
        try {
            AddSearchAttributesRequest.Builder request =
                    AddSearchAttributesRequest.newBuilder().setNamespace("default");
            for (Map.Entry<String, String> attribute : TemporalPart.SEARCH_ATTRIBUTES.entrySet()) {
                boolean number = "Int".equals(attribute.getValue());
                request.putSearchAttributes(
                        attribute.getKey(),
                        number ? IndexedValueType.INDEXED_VALUE_TYPE_INT : IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD);
            }
            stubs.blockingStub().addSearchAttributes(request.build());
        } finally {
            stubs.shutdownNow();
        }
    }
}
