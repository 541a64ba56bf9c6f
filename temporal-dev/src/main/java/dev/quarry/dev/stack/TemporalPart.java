package dev.quarry.dev.stack;

import static dev.quarry.dev.stack.StackPorts.Listener.TEMPORAL;
import static dev.quarry.dev.stack.StackPorts.Listener.TEMPORAL_HTTP;
import static dev.quarry.dev.stack.StackPorts.Listener.TEMPORAL_METRICS;
import static dev.quarry.dev.stack.StackPorts.Listener.TEMPORAL_UI;

import io.grpc.StatusRuntimeException;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Temporal: the dev server of the {@code temporal} binary on a database file, or the SDK's in-memory server. */
final class TemporalPart {
    /**
     * What operators filter by; nothing that the product shows depends on it. The dev server takes at most three of type Int, so the
     * generation, which one looks up and does not compare, is a Keyword.
     */
    static final Map<String, String> SEARCH_ATTRIBUTES = new TreeMap<>(Map.of(
            "TenantId", "Keyword",
            "StoreId", "Keyword",
            "RunPhase", "Keyword",
            "Generation", "Keyword",
            "FilesListed", "Int",
            "FilesDone", "Int",
            "FilesFailed", "Int"));

    /** With any other address the dev server's own services do not find each other. */
    static final String ADDRESS = "127.0.0.1";

    private TemporalPart() {}

    static StackPart create(StackFolder folder, StackPorts ports, Optional<Path> binary) throws IOException {
        String target = ADDRESS + ":" + ports.of(TEMPORAL);
        List<String> command = binary.isPresent() ? devServer(folder, ports, binary.get()) : memoryServer(ports);
        return new StackPart(
                "temporal", new StackPart.Program(command, Map.of(), folder.log("temporal")), log -> answers(target));
    }

    /** With write-ahead log and synchronous=off the file database is three times faster; kill -9 of the server loses nothing by it. */
    private static List<String> devServer(StackFolder folder, StackPorts ports, Path binary) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                binary.toString(),
                "server",
                "start-dev",
                "--ip=" + ADDRESS,
                "--port=" + ports.of(TEMPORAL),
                "--ui-port=" + ports.of(TEMPORAL_UI),
                "--http-port=" + ports.of(TEMPORAL_HTTP),
                "--metrics-port=" + ports.of(TEMPORAL_METRICS),
                "--db-filename=" + folder.folder("temporal").resolve("temporal.db"),
                "--sqlite-pragma=journal_mode=wal",
                "--sqlite-pragma=synchronous=off",
                "--log-level=warn",
                "--log-format=json"));
        SEARCH_ATTRIBUTES.forEach((name, type) -> command.add("--search-attribute=" + name + "=" + type));
        return command;
    }

    private static List<String> memoryServer(StackPorts ports) {
        return List.of(
                Installation.java().toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryTemporal.class.getName(),
                ADDRESS,
                Integer.toString(ports.of(TEMPORAL)));
    }

    private static boolean answers(String target) {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(target).build());
        try {
            stubs.connect(Duration.ofSeconds(2));
            return true;
        } catch (StatusRuntimeException | IllegalStateException notYet) {
            return false;
        } finally {
            stubs.shutdownNow();
        }
    }
}
