package dev.quarry.proxy;

import dev.quarry.proxy.artifact.ArtifactOrigin;
import dev.quarry.proxy.artifact.SweepTimes;
import dev.quarry.proxy.attempt.AttemptLimits;
import dev.quarry.proxy.lane.Lane;
import dev.quarry.proxy.lane.Node;
import dev.quarry.proxy.limit.TryLimits;
import dev.quarry.proxy.listener.HttpLimits;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.listener.Port;
import dev.quarry.proxy.listener.Tls;
import dev.quarry.proxy.run.RunLimits;
import dev.quarry.proxy.run.TemporalTarget;
import dev.quarry.proxy.security.KeyLimits;
import dev.quarry.proxy.security.Login;
import dev.quarry.proxy.security.OutsideIssuer;
import dev.quarry.proxy.security.WorkerClient;
import dev.quarry.proxy.store.FilesystemLimits;
import dev.quarry.proxy.store.StoreLimits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * Everything an operator can set, as {@code quarry.*} properties or {@code QUARRY_*} variables. Secrets come by file, never by value. Settings of one
 * concern are a record of the package that they are for, which refuses what cannot be; what several of them must keep together is refused here.
 *
 * @param roles which APIs this process serves
 * @param bind address that all listeners bind to
 * @param masterKeyFile 32 bytes in base64 that seal the keys in the database; there is no default
 * @param secondMasterKeyFile another one that opens what was sealed under it and seals nothing, while the master key is replaced
 * @param artifactsDir where artifacts lie
 * @param filesystemRoots colon-separated folders below which filesystem stores of the bootstrap tenant may lie; others are granted theirs
 * @param stsEndpoint where roles of stores are assumed; AWS' own of the store's region by default
 * @param storeEndpoints {@code host:port} of stores of the bootstrap tenant that may be spoken to without TLS and may lie at a private address; port {@code *}: every port
 * @param bootstrapTenant made at start if it is not there
 * @param workerSecretFile client secret of {@code quarry-worker}
 * @param workerKeysFile public keys of {@code quarry-worker} as a JWK set, for private_key_jwt; of secret and keys one is needed
 * @param workerSites sites that {@code quarry-worker} works for; every site if there is no other worker client
 * @param workers further clients of workers, {@code quarry-worker-<name>}, for sites of their own
 * @param localSecretFile client secret of {@code quarry-local}; without it and keys there is no such client
 * @param localKeysFile its public keys
 * @param operatorSecretFile client secret of {@code quarry-operator}; without it and keys there is no such client
 * @param operatorKeysFile its public keys
 * @param operatorPasswordFile first password of the account {@code operator} in the bootstrap tenant; without it none is made
 * @param node the largest node that jobs may get; unlimited where it says nothing
 * @param nodeClasses the same for lanes that name a node class, instead of {@code node}
 */
@ConfigurationProperties("quarry")
public record QuarrySettings(
        @DefaultValue({"CONTROL", "JOB", "PUBLIC", "ARTIFACTS"})
        Set<Listener> roles,

        @DefaultValue("127.0.0.1") String bind,
        @DefaultValue Port control,
        @DefaultValue Port job,
        @Name("public") @DefaultValue Port publicListener,
        @DefaultValue ArtifactOrigin artifacts,
        @DefaultValue Database db,
        Path masterKeyFile,
        @Nullable Path secondMasterKeyFile,
        @DefaultValue KeyLimits keys,
        Path artifactsDir,
        @DefaultValue SweepTimes sweep,
        @DefaultValue("") String filesystemRoots,
        @DefaultValue List<String> storeEndpoints,
        @DefaultValue StoreLimits s3,
        @Nullable URI stsEndpoint,
        @DefaultValue StoreLimits azure,
        @DefaultValue FilesystemLimits filesystem,
        @DefaultValue("demo") String bootstrapTenant,
        @Nullable Path workerSecretFile,
        @Nullable Path workerKeysFile,
        @DefaultValue Set<String> workerSites,
        @DefaultValue Map<String, WorkerClient> workers,
        @Nullable Path localSecretFile,
        @Nullable Path localKeysFile,
        @Nullable Path operatorSecretFile,
        @Nullable Path operatorKeysFile,
        @Nullable Path operatorPasswordFile,
        @DefaultValue Login login,
        @DefaultValue OutsideIssuer oidc,
        @DefaultValue TryLimits tries,
        @DefaultValue HttpLimits http,
        @DefaultValue Tls tls,
        @DefaultValue TemporalTarget temporal,
        @DefaultValue AttemptLimits attempt,
        @DefaultValue RunLimits run,
        @DefaultValue Node node,
        @DefaultValue Map<String, Node> nodeClasses,
        List<Lane> lanes) {
    public QuarrySettings {
        s3.check("QUARRY_S3");
        azure.check("QUARRY_AZURE");
        Duration longest =
                attempt.tokenLife().compareTo(attempt.ticketLife()) > 0 ? attempt.tokenLife() : attempt.ticketLife();
        if (keys.overlap().compareTo(longest.plus(keys.refresh())) <= 0) {
            throw new IllegalArgumentException("QUARRY_KEYS_OVERLAP is " + keys.overlap()
                    + ", not longer than QUARRY_KEYS_REFRESH and the life of tokens and tickets together, "
                    + longest.plus(keys.refresh())
                    + ": a rotation would end tokens and tickets that are good; raise QUARRY_KEYS_OVERLAP");
        }
    }

    /** Listings of one store at once, at most: its clients have room for them. Stores ask here, since they know nothing of runs. */
    public int listingsOfAStore() {
        return run.listings();
    }
}
