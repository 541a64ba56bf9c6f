package dev.quarry.dev.stack;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a stack's jobs run on. Is there before the worker and goes after it. */
interface JobCluster {
    /** Starts it and returns at once; jobs that an earlier stack left behind are ended first. */
    void launch() throws IOException, InterruptedException;

    void awaitReady() throws IOException, InterruptedException;

    /** What the worker is told about it. */
    Map<String, String> workerEnvironment() throws IOException;

    /** The processes of jobs that run now, agents first, with all their descendants. */
    List<ProcessHandle> jobs() throws IOException;

    /** Its own process, if it has one. */
    Optional<StackPart> part();

    /** Where people look at it. */
    Optional<String> console();

    /** Ends it and all jobs. */
    void stop() throws IOException, InterruptedException;

    static JobCluster of(Backend backend, StackFolder folder, StackPorts ports, Installation installation)
            throws IOException {
        return switch (backend) {
            case process -> new ProcessJobs(folder.folder("jobs"), installation);
            case nomad -> {
                Optional<JobCluster> outside = OutsideCluster.nomad(installation);
                yield outside.isPresent() ? outside.get() : NomadAgent.create(folder, ports, installation);
            }
            case ecs -> {
                Optional<JobCluster> outside = OutsideCluster.ecs();
                yield outside.isPresent() ? outside.get() : EcsEmulator.create(folder, ports, installation);
            }
        };
    }
}
