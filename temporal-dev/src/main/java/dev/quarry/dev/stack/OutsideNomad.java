package dev.quarry.dev.stack;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The Nomad that {@code NOMAD_ADDR} names. Its jobs are not ended with the stack: the agents end by themselves once they have missed
 * the API for longer than their patience.
 */
record OutsideNomad(String address, Installation installation) implements JobCluster {
    private static final String ADDRESS = "NOMAD_ADDR";

    static Optional<JobCluster> named(Installation installation) {
        return Optional.ofNullable(System.getenv(ADDRESS))
                .filter(address -> !address.isBlank())
                .map(address -> new OutsideNomad(address, installation));
    }

    @Override
    public void launch() {}

    @Override
    public void awaitReady() throws IOException, InterruptedException {
        if (!NomadAgent.hasReadyNode(URI.create(address))) {
            throw new IOException("NOMAD_ADDR is " + address + ", but no Nomad with a ready node answers there");
        }
    }

    /** What the environment says about Nomad is the worker's; without a driver the cluster is taken to be this machine. */
    @Override
    public Map<String, String> workerEnvironment() throws IOException {
        Map<String, String> environment = new HashMap<>(Map.of(
                "QUARRY_NOMAD_DRIVER",
                "raw_exec",
                "QUARRY_NOMAD_IMAGE",
                installation.agent().toString()));
        new TreeMap<>(System.getenv()).forEach((name, value) -> {
            if (name.startsWith("NOMAD_") || name.startsWith("QUARRY_NOMAD_")) {
                environment.put(name, value);
            }
        });
        environment.put("QUARRY_BACKEND", "nomad");
        return environment;
    }

    @Override
    public List<ProcessHandle> jobs() {
        return List.of();
    }

    @Override
    public Optional<StackPart> part() {
        return Optional.empty();
    }

    @Override
    public Optional<String> console() {
        return Optional.of(address + "/ui");
    }

    @Override
    public void stop() {}
}
