package dev.quarry.activity;

import dev.quarry.activity.nomad.NomadConfig;
import dev.quarry.activity.nomad.NomadToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the worker is told of its Nomad cluster, if that is its backend. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields in
final class NomadOptions {
    private static final String IMAGE = "QUARRY_NOMAD_IMAGE_";

    @Option(
            names = "--nomad-address",
            defaultValue = "${env:NOMAD_ADDR:-http://127.0.0.1:4646}",
            description = "NOMAD_ADDR: Nomad's HTTP API (default http://127.0.0.1:4646)")
    URI address;

    @Option(
            names = "--nomad-token-file",
            defaultValue = "${env:QUARRY_NOMAD_TOKEN_FILE}",
            description = "QUARRY_NOMAD_TOKEN_FILE: a file with the ACL token, where ACLs are on")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--nomad-namespace",
            defaultValue = "${env:NOMAD_NAMESPACE:-default}",
            description = "NOMAD_NAMESPACE: where jobs are registered (default: default)")
    String namespace;

    @Option(
            names = "--nomad-namespace-prefix",
            defaultValue = "${env:QUARRY_NOMAD_NAMESPACE_PREFIX}",
            description =
                    "QUARRY_NOMAD_NAMESPACE_PREFIX: if set, a tenant's jobs go to the namespace <prefix><tenant>, e.g. with quarry-")
    @Nullable
    String namespacePrefix;

    @Option(
            names = "--nomad-ticket",
            defaultValue = "${env:QUARRY_NOMAD_TICKET}",
            description =
                    "QUARRY_NOMAD_TICKET: how a job gets its ticket: ${COMPLETION-CANDIDATES} (default: variable with a token file, else environment)")
    @Nullable
    TicketBy ticket;

    @Option(
            names = "--nomad-driver",
            defaultValue = "${env:QUARRY_NOMAD_DRIVER:-docker}",
            description = "QUARRY_NOMAD_DRIVER: ${COMPLETION-CANDIDATES} (default: docker; raw_exec confines nothing)")
    NomadConfig.Driver driver;

    @Option(
            names = "--nomad-image",
            defaultValue = "${env:QUARRY_NOMAD_IMAGE}",
            description =
                    "QUARRY_NOMAD_IMAGE: container image by digest, or executable with raw_exec, for every image without a QUARRY_NOMAD_IMAGE_<NAME>")
    @Nullable
    String image;

    @Option(
            names = "--nomad-node-pool",
            defaultValue = "${env:QUARRY_NOMAD_NODE_POOL}",
            description = "QUARRY_NOMAD_NODE_POOL: of the jobs (default: Nomad's)")
    @Nullable
    String nodePool;

    @Option(
            names = "--nomad-timeout",
            defaultValue = "${env:QUARRY_NOMAD_TIMEOUT:-PT10S}",
            description = "QUARRY_NOMAD_TIMEOUT: of one request to Nomad (default PT10S)")
    Duration timeout;

    @Option(
            names = "--nomad-idle",
            defaultValue = "${env:QUARRY_NOMAD_IDLE:-PT15M}",
            description =
                    "QUARRY_NOMAD_IDLE: how long the events of a namespace without a job are followed (default PT15M)")
    Duration idle;

    /** A variable can be read by the job alone, an environment by whoever may read the job. */
    enum TicketBy {
        environment,
        variable
    }

    /** @param relist reads every job that is waited for, and so keeps its namespace from being idle */
    NomadConfig config(Map<String, String> environment, Duration grace, Duration relist) throws IOException {
        AtLeast.check("QUARRY_NOMAD_IDLE", idle, relist.multipliedBy(2));
        NomadToken token = tokenFile == null
                ? null
                : new NomadToken(Files.readString(tokenFile).trim());
        String prefix = namespacePrefix;
        return new NomadConfig(
                address,
                token,
                prefix == null ? namespace : prefix,
                prefix != null,
                ticket == null ? token != null : ticket == TicketBy.variable,
                driver,
                images(environment),
                nodePool,
                grace,
                timeout,
                idle);
    }

    private Map<String, String> images(Map<String, String> environment) {
        Map<String, String> images = ImageNames.in(environment, IMAGE);
        if (image != null) {
            images.put(NomadConfig.ANY_IMAGE, image);
        }
        return images;
    }
}
