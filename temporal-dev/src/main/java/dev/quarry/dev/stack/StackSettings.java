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
 * @param api further environment of proxy-api; wins over what the stack sets
 * @param apiHeap the most that proxy-api's heap may take, as a JVM has it: {@code 512m}
 * @param worker further environment of the worker; wins over what the stack sets
 * @param workerPrefix runs the worker through this command, for instance in a namespace
 */
public record StackSettings(
        Path folder,
        List<Path> roots,
        String bind,
        Backend backend,
        boolean memoryTemporal,
        Map<String, String> api,
        String apiHeap,
        Map<String, String> worker,
        List<String> workerPrefix) {

    public static StackSettings in(Path folder, Path... roots) {
        return new StackSettings(
                folder, List.of(roots), "127.0.0.1", Backend.process, false, Map.of(), "512m", Map.of(), List.of());
    }

    public StackSettings boundTo(String address) {
        return new StackSettings(folder, roots, address, backend, memoryTemporal, api, apiHeap, worker, workerPrefix);
    }

    public StackSettings withBackend(Backend other) {
        return new StackSettings(folder, roots, bind, other, memoryTemporal, api, apiHeap, worker, workerPrefix);
    }

    public StackSettings onMemoryTemporal() {
        return new StackSettings(folder, roots, bind, backend, true, api, apiHeap, worker, workerPrefix);
    }

    public StackSettings withApi(Map<String, String> further) {
        return new StackSettings(
                folder, roots, bind, backend, memoryTemporal, merged(api, further), apiHeap, worker, workerPrefix);
    }

    public StackSettings withApiHeap(String most) {
        return new StackSettings(folder, roots, bind, backend, memoryTemporal, api, most, worker, workerPrefix);
    }

    public StackSettings withWorker(Map<String, String> further) {
        return new StackSettings(
                folder, roots, bind, backend, memoryTemporal, api, apiHeap, merged(worker, further), workerPrefix);
    }

    public StackSettings withWorkerPrefix(List<String> prefix) {
        return new StackSettings(folder, roots, bind, backend, memoryTemporal, api, apiHeap, worker, prefix);
    }

    private static Map<String, String> merged(Map<String, String> before, Map<String, String> further) {
        Map<String, String> all = new HashMap<>(before);
        all.putAll(further);
        return Map.copyOf(all);
    }
}
