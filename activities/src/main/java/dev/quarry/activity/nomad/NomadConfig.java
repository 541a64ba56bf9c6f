package dev.quarry.activity.nomad;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where jobs run and as what.
 *
 * @param address of a Nomad server or client, e.g. http://127.0.0.1:4646
 * @param token null where ACLs are off
 * @param namespace that jobs are registered in, or with {@code perTenant} what the names of the tenants' namespaces begin with; they must exist
 * @param perTenant whether each tenant has a namespace of its own
 * @param ticketAsVariable hands the ticket over as a variable that only the job's own identity may read: where ACLs are on
 * @param driver docker and podman for production; raw_exec runs programs of the node unconfined, for development only
 * @param images what each image of a lane is on this cluster: a container image by digest, or with raw_exec an executable's path;
 *     {@link #ANY_IMAGE} stands for all that are not named
 * @param nodePool null for Nomad's default
 * @param grace time between SIGTERM and SIGKILL; a node caps it at its max_kill_timeout, 30 s unless configured
 * @param callTimeout of one request
 * @param idle how long a namespace without a job is followed
 */
public record NomadConfig(
        URI address,
        @Nullable NomadToken token,
        String namespace,
        boolean perTenant,
        boolean ticketAsVariable,
        Driver driver,
        Map<String, String> images,
        @Nullable String nodePool,
        Duration grace,
        Duration callTimeout,
        Duration idle) {
    public static final String ANY_IMAGE = "*";
    private static final Set<String> SCHEMES = Set.of("http", "https");

    /** Nomad's task drivers that Quarry has a specification for. */
    public enum Driver {
        docker,
        podman,
        raw_exec;

        /** Whether the driver ends a task that takes more memory than it asked for, and says so. */
        boolean enforcesMemory() {
            return confines();
        }

        /** Whether a task runs in a container. */
        boolean confines() {
            return this != raw_exec;
        }
    }

    public NomadConfig {
        if (address.getScheme() == null || !SCHEMES.contains(address.getScheme()) || address.getHost() == null) {
            throw new IllegalArgumentException("NOMAD_ADDR must look like http://host:4646, not " + address);
        }
        if (namespace.isBlank()) {
            throw new IllegalArgumentException(
                    "the Nomad namespace is empty; set NOMAD_NAMESPACE, e.g. to default, or QUARRY_NOMAD_NAMESPACE_PREFIX, e.g. to quarry-");
        }
        if (ticketAsVariable && token == null) {
            throw new IllegalArgumentException(
                    "a ticket is safe in a Nomad variable only where ACLs are on: set QUARRY_NOMAD_TOKEN_FILE too, or QUARRY_NOMAD_TICKET=environment");
        }
        if (images.isEmpty()) {
            throw new IllegalArgumentException(
                    "no image is known to the Nomad backend; set QUARRY_NOMAD_IMAGE to what runs the agent with "
                            + driver);
        }
        positive("QUARRY_STOP_GRACE", grace);
        positive("QUARRY_NOMAD_TIMEOUT", callTimeout);
        positive("QUARRY_NOMAD_IDLE", idle);
        images = Map.copyOf(images);
    }

    private static void positive(String setting, Duration value) {
        if (value.toMillis() <= 0) {
            throw new IllegalArgumentException(setting + " must be more than 0, not " + value);
        }
    }

    /** Where the tenant's jobs are. */
    String namespaceOf(String tenant) {
        return perTenant ? namespace + tenant : namespace;
    }

    @Nullable
    String image(String name) {
        return images.getOrDefault(name, images.get(ANY_IMAGE));
    }
}
