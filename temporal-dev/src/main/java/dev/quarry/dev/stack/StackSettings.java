package dev.quarry.dev.stack;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What may differ from one stack to the next.
 *
 * @param folder keeps the whole state
 * @param roots folders below which filesystem stores may lie
 * @param bind the address that the API listens on
 * @param backend where jobs run
 * @param memoryTemporal uses the SDK's in-memory server even where there is a {@code temporal} binary
 */
public record StackSettings(
        Path folder, List<Path> roots, String bind, Backend backend, boolean memoryTemporal, Api api, Worker worker) {

    /**
     * @param environment further environment of proxy-api; wins over what the stack sets
     * @param heap the most that its heap may take, as a JVM has it: {@code 512m}
     * @param isShort whether the stack lives for minutes only, so that compiling well what is not really hot never pays; else it compiles as a deployed one does
     */
    public record Api(Map<String, String> environment, String heap, boolean isShort) {}

    /**
     * @param environment further environment of the worker; wins over what the stack sets
     * @param prefix runs the worker through this command, for instance in a namespace
     */
    public record Worker(Map<String, String> environment, List<String> prefix) {}

    public static StackSettings in(Path folder, Path... roots) {
        return new StackSettings(
                folder,
                List.of(roots),
                "127.0.0.1",
                Backend.process,
                false,
                new Api(Map.of(), "512m", true),
                new Worker(Map.of(), List.of()));
    }

    public StackSettings withRoots(Path... further) {
        return new StackSettings(folder, List.of(further), bind, backend, memoryTemporal, api, worker);
    }

    public StackSettings boundTo(String address) {
        return new StackSettings(folder, roots, address, backend, memoryTemporal, api, worker);
    }

    public StackSettings withBackend(Backend other) {
        return new StackSettings(folder, roots, bind, other, memoryTemporal, api, worker);
    }

    public StackSettings onMemoryTemporal() {
        return new StackSettings(folder, roots, bind, backend, true, api, worker);
    }

    public StackSettings withApi(Map<String, String> further) {
        return with(new Api(merged(api.environment(), further), api.heap(), api.isShort()));
    }

    public StackSettings withApiHeap(String most) {
        return with(new Api(api.environment(), most, api.isShort()));
    }

    /** For what measures the API as it is once it has been up for a while. */
    public StackSettings withApiCompiledAsDeployed() {
        return with(new Api(api.environment(), api.heap(), false));
    }

    private StackSettings with(Api other) {
        return new StackSettings(folder, roots, bind, backend, memoryTemporal, other, worker);
    }

    public StackSettings withWorker(Map<String, String> further) {
        return with(new Worker(merged(worker.environment(), further), worker.prefix()));
    }

    public StackSettings withWorkerPrefix(List<String> prefix) {
        return with(new Worker(worker.environment(), prefix));
    }

    private StackSettings with(Worker other) {
        return new StackSettings(folder, roots, bind, backend, memoryTemporal, api, other);
    }

    private static Map<String, String> merged(Map<String, String> before, Map<String, String> further) {
        Map<String, String> all = new HashMap<>(before);
        all.putAll(further);
        return Map.copyOf(all);
    }
}
