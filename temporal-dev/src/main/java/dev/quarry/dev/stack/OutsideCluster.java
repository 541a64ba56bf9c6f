package dev.quarry.dev.stack;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A cluster that runs already and that the environment describes to the worker. Its jobs are not ended with the stack: the agents end
 * by themselves once they have missed the API for longer than their patience.
 *
 * @param told what the worker is told beside the environment; the environment wins
 */
record OutsideCluster(Map<String, String> told, Set<String> prefixes, Optional<String> console) implements JobCluster {
    /** The Nomad that {@code NOMAD_ADDR} names; without a driver it is taken to be this machine, whose agent is the installation's. */
    static Optional<JobCluster> nomad(Installation installation) throws IOException {
        Optional<String> address = variable("NOMAD_ADDR");
        if (address.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new OutsideCluster(
                Map.of(
                        "QUARRY_BACKEND",
                        "nomad",
                        "QUARRY_NOMAD_DRIVER",
                        "raw_exec",
                        "QUARRY_NOMAD_IMAGE",
                        installation.agent().toString()),
                Set.of("NOMAD_", "QUARRY_NOMAD_"),
                address.map(url -> url + "/ui")));
    }

    /** The ECS that an AWS endpoint or {@code QUARRY_ECS_CLUSTER} names. */
    static Optional<JobCluster> ecs() {
        return variable("QUARRY_ECS_CLUSTER")
                .or(() -> variable("AWS_ENDPOINT_URL_ECS"))
                .or(() -> variable("AWS_ENDPOINT_URL"))
                .map(named -> new OutsideCluster(
                        Map.of("QUARRY_BACKEND", "ecs"), Set.of("AWS_", "QUARRY_ECS_"), Optional.empty()));
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(Predicate.not(String::isBlank));
    }

    @Override
    public void launch() {}

    /** The worker asks it when it starts, and says what it misses. */
    @Override
    public void awaitReady() {}

    @Override
    public Map<String, String> workerEnvironment() {
        Map<String, String> environment = new HashMap<>(told);
        System.getenv().forEach((name, value) -> {
            if (prefixes.stream().anyMatch(name::startsWith)) {
                environment.put(name, value);
            }
        });
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
    public void stop() {}
}
