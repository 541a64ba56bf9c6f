package dev.quarry.activity.job;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job to run. Two executions of one attempt build equal specs.
 *
 * @param tenant whose job it is: a cluster may keep tenants apart
 * @param image names the program; what it means is the backend's configuration
 * @param arguments for the program; mostly none
 * @param apiAddress the job API's base URL as the job sees it
 * @param maxRuntime after it the backend ends the job as TIMED_OUT
 * @param nodeClass the kind of node it needs; null is any
 * @param proofOfPossession the agent binds its tokens to a key of its own (RFC 9449)
 * @param labels for people who look at the cluster's console: readable by many, so no file names
 * @param agentSettings variables that its site sets for all agents, under the names that agents know
 */
public record JobSpec(
        JobId id,
        String tenant,
        String image,
        List<String> arguments,
        String apiAddress,
        Ticket ticket,
        int cpuMhz,
        int memoryMb,
        int diskMb,
        Duration maxRuntime,
        @Nullable String nodeClass,
        Map<String, String> labels,
        boolean proofOfPossession,
        Map<String, String> agentSettings) {
    /** What every backend tells the job by environment; how it hands over ticket and scratch directory is its own matter. */
    public Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>(agentSettings);
        environment.put("QUARRY_API", apiAddress);
        environment.put("QUARRY_JOB_ID", id.value());
        environment.put("QUARRY_MEMORY_MB", Integer.toString(memoryMb));
        environment.put("QUARRY_DISK_MB", Integer.toString(diskMb));
        if (proofOfPossession) {
            environment.put("QUARRY_DPOP", "true");
        }
        return environment;
    }
}
