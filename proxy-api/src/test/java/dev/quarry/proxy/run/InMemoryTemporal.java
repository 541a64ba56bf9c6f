package dev.quarry.proxy.run;

import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
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
