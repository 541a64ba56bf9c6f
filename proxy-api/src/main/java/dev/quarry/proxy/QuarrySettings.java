package dev.quarry.proxy;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.lane.Lane;
import dev.quarry.proxy.lane.Node;
import dev.quarry.proxy.listener.Listener;
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
 * Everything an operator can set, as {@code quarry.*} properties or {@code QUARRY_*} variables. Secrets come by file, never by value.
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
 * @param localSecretFile client secret of {@code quarry-local}
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
        Database db,
        Path masterKeyFile,
        @Nullable Path secondMasterKeyFile,
        @DefaultValue KeyLimits keys,
        Path artifactsDir,
        @DefaultValue ArtifactSweeps sweep,
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
        @DefaultValue Oidc oidc,
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
        Duration longest =
                attempt.tokenLife().compareTo(attempt.ticketLife()) > 0 ? attempt.tokenLife() : attempt.ticketLife();
        if (keys.overlap().compareTo(longest.plus(keys.refresh())) <= 0) {
            throw new IllegalArgumentException("quarry.keys: overlap " + keys.overlap()
                    + " is not longer than refresh and the life of tokens and tickets together, "
                    + longest.plus(keys.refresh())
                    + ": a rotation would end tokens and tickets that are good");
        }
    }

    /** The client of workers of these sites alone; of secret and keys one is needed. */
    public record WorkerClient(
            @DefaultValue Set<String> sites,
            @Nullable Path secretFile,
            @Nullable Path keysFile) {
        public WorkerClient {
            if (sites.isEmpty()) {
                throw new IllegalArgumentException("quarry.workers: a worker client has no sites; name them");
            }
        }
    }

    /** Port of a listener; 0 is a free one. */
    public record Port(@DefaultValue("0") int port) {}

    /**
     * Where artifacts are served, apart from the page where people sign in.
     *
     * @param port as {@link Port}
     * @param origin as browsers see it, {@code https://host}: a host name of its own, since cookies do not know ports; null: this listener at the host of the call
     */
    public record ArtifactOrigin(
            @DefaultValue("0") int port, @Nullable String origin) {
        public ArtifactOrigin {
            if (origin != null && !origin.matches("https?://[^/?#\\s]+")) {
                throw new IllegalArgumentException("quarry.artifacts: origin is '" + origin
                        + "'; set scheme and host, such as https://artifacts.example.org, without a path");
            }
        }
    }

    /**
     * When artifacts' bytes that nothing names any more are deleted.
     *
     * @param grace time since they were last put; much longer than any upload takes, and than clocks differ
     */
    public record ArtifactSweeps(
            @DefaultValue("24h") Duration every,
            @DefaultValue("24h") Duration grace) {
        public ArtifactSweeps {
            if (every.compareTo(Duration.ofMinutes(1)) < 0 || grace.compareTo(Duration.ofHours(1)) < 0) {
                throw new IllegalArgumentException("quarry.sweep: every is " + every + " and grace is " + grace
                        + "; set at least 1m and 1h, such as 24h both");
            }
        }
    }

    /**
     * The application's login and the owner's, which runs the migrations.
     *
     * @param patience with one statement, after which its caller is told that the database is away; half of it for a lock. Not for migrations
     * @param silence of a database that is asked nothing at all, after which it is away for everybody and its connections are cut
     */
    public record Database(
            String url,
            String user,
            Path passwordFile,
            String ownerUser,
            Path ownerPasswordFile,
            @DefaultValue("60s") Duration patience,
            @DefaultValue("2s") Duration silence) {
        public Database {
            if (patience.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException(
                        "quarry.db: patience is " + patience + "; set at least 1s, such as 60s");
            }
            if (silence.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException(
                        "quarry.db: silence is " + silence + "; set whole seconds, at least 1s, such as 2s");
            }
        }
    }

    /**
     * How stores of one kind are spoken to.
     *
     * @param ambientTenants names of the tenants that may use this process' own identity instead of a key
     * @param connections for reading at once, of each store; listing has some of its own
     * @param silence of a connection, after which it is given up
     * @param answer for one answer to a listing, all of it
     * @param attempts for each call, the first included
     * @param backoff before the second attempt at most; doubled for each further one
     * @param resumes of one download without a byte gained
     * @param slowest bytes per second below which a store that sends is given up like one that does not
     */
    public record StoreLimits(
            @DefaultValue List<String> ambientTenants,
            @DefaultValue("64") int connections,
            @DefaultValue("5s") Duration connect,
            @DefaultValue("30s") Duration silence,
            @DefaultValue("60s") Duration answer,
            @DefaultValue("5") int attempts,
            @DefaultValue("500ms") Duration backoff,
            @DefaultValue("4") int resumes,
            @DefaultValue("1024") int slowest) {}

    /**
     * How filesystem stores are called.
     *
     * @param silence of a file system, after which a call is given up; a call that makes progress may take any time
     * @param calls of one store at once; those that hang are among them
     */
    public record FilesystemLimits(
            @DefaultValue("30s") Duration silence,
            @DefaultValue("16") int calls) {
        public FilesystemLimits {
            if (silence.isZero() || silence.isNegative() || calls < 1) {
                throw new IllegalArgumentException("quarry.filesystem: silence is " + silence + " and calls is " + calls
                        + "; set a time such as 30s and at least 1 call");
            }
        }
    }

    /**
     * Where the public API starts workflows.
     *
     * @param tls speaks TLS; so does any of the files
     * @param ca PEM of the authorities of Temporal's certificate; the JVM's by default
     * @param certificate PEM of this process' own, for mutual TLS
     * @param privateKey PEM (PKCS 8) of its key
     * @param serverName the name in Temporal's certificate; the target's host by default
     * @param tokenFile a token for Temporal's authorizer, read at each call
     */
    public record TemporalTarget(
            @DefaultValue("127.0.0.1:7233") String target,
            @DefaultValue("default") String namespace,
            @DefaultValue("false") boolean tls,
            @Nullable Path ca,
            @Nullable Path certificate,
            @Nullable Path privateKey,
            @Nullable String serverName,
            @Nullable Path tokenFile) {
        public TemporalTarget {
            if ((certificate == null) != (privateKey == null)) {
                throw new IllegalArgumentException(
                        "quarry.temporal: certificate and private-key go together; one of them is not set");
            }
            tls = tls || ca != null || certificate != null;
        }
    }

    /**
     * How keys come and go.
     *
     * @param rotation age at which a signing or ticket key is followed by the next
     * @param overlap how long what was made with a key is accepted after another has followed it; longer than tokens and tickets live
     * @param refresh between two looks at the keys in the database; at most so late does a process use a rotation by another
     */
    public record KeyLimits(
            @DefaultValue("30d") Duration rotation,
            @DefaultValue("2h") Duration overlap,
            @DefaultValue("60s") Duration refresh) {}

    /**
     * Limits of attempts and their tokens (design.md, section 13).
     *
     * @param downloads under way in this process at once; the job listener has threads for other calls besides
     * @param patience time that an agent may let a download wait after which it must have taken {@code slowest} bytes for each second of it, or loses the download
     * @param requireProof a ticket is claimed with a proof of possession only (RFC 9449), which binds the attempt's tokens to the agent's key
     * @param proofWindow how far a proof's time may be from ours
     * @param proofScheme https where TLS ends before the job listener: proofs name the URL as the agent sees it
     */
    public record AttemptLimits(
            @DefaultValue("10m") Duration tokenLife,
            @DefaultValue("5m") Duration renewIn,
            @DefaultValue("30m") Duration ticketLife,
            @DefaultValue("24h") Duration hardDeadline,
            @DefaultValue("30m") Duration pendingDeadline,
            @DefaultValue("15m") Duration silence,
            @DefaultValue("10s") Duration recheckDownload,
            @DefaultValue("64") int downloads,
            @DefaultValue("60s") Duration patience,
            @DefaultValue("4096") int slowest,
            @DefaultValue("5s") Duration retryRefused,
            @DefaultValue("false") boolean requireProof,
            @DefaultValue("60s") Duration proofWindow,
            @Nullable String proofScheme) {
        public AttemptLimits {
            if (proofScheme != null && !Set.of("http", "https").contains(proofScheme)) {
                throw new IllegalArgumentException(
                        "quarry.attempt: proof-scheme is '" + proofScheme + "'; set http or https, or leave it out");
            }
            if (downloads < 1) {
                throw new IllegalArgumentException(
                        "quarry.attempt: downloads is " + downloads + "; set how many may be under way, such as 64");
            }
            positive("proof-window", proofWindow);
            positive("pending-deadline", pendingDeadline);
            positive("silence", silence);
            positive("patience", patience);
            positive("hard-deadline", hardDeadline);
            if (pendingDeadline.compareTo(ticketLife) > 0) {
                throw new IllegalArgumentException("quarry.attempt: pending-deadline " + pendingDeadline
                        + " is longer than ticket-life " + ticketLife
                        + ": a job that is placed after that could not claim its work; raise ticket-life");
            }
        }

        private static void positive(String setting, Duration value) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException(
                        "quarry.attempt: " + setting + " is " + value + "; set a time, such as 15m");
            }
        }
    }

    /**
     * How people sign in.
     *
     * @param redirectUris where a browser may be sent with a code; of a loopback address any port
     * @param session how long a browser gets codes without the password again
     */
    public record Login(
            @DefaultValue("http://127.0.0.1/callback") List<String> redirectUris,
            @DefaultValue("1h") Duration session) {
        public Login {
            if (session.isZero() || session.isNegative()) {
                throw new IllegalArgumentException("quarry.login: session is " + session + "; set a time, such as 1h");
            }
        }
    }

    /**
     * Another issuer whose access tokens people may bring (docs/adr/0014); none without {@code issuer}.
     *
     * @param jwksUri where its keys are: https, or at this machine
     * @param audience that its tokens must name, made for Quarry alone
     * @param tokenType their typ header; RFC 9068 says at+jwt
     * @param tenant the one tenant of its people; null: the claim says it
     * @param roles what a value of the role claim means here
     */
    public record Oidc(
            @Nullable String issuer,
            @Nullable String jwksUri,
            @Nullable String audience,
            @DefaultValue("at+jwt") String tokenType,
            @Nullable String tenant,
            @DefaultValue("tenant") String tenantClaim,
            @DefaultValue("roles") String roleClaim,
            @DefaultValue Map<String, Role> roles) {
        public Oidc {
            if (issuer != null && (jwksUri == null || audience == null || roles.isEmpty())) {
                throw new IllegalArgumentException(
                        "quarry.oidc: issuer " + issuer + " needs jwks-uri, audience and roles");
            }
            if (jwksUri != null && !jwksUri.matches("https://.+|http://(127\\.0\\.0\\.1|localhost|\\[::1])[:/].*")) {
                throw new IllegalArgumentException("quarry.oidc: jwks-uri is " + jwksUri
                        + "; set an https address: whoever is on the way could give keys of their own");
            }
        }
    }

    /** What may be tried {@code per} this time, in each process: attempts to sign in, claims with what is no ticket, and lines in the audit log of one kind by one ticket, client or address. */
    public record TryLimits(
            @DefaultValue("1m") Duration per,
            @DefaultValue("30") int loginsPerAddress,
            @DefaultValue("10") int loginsPerAccount,
            @DefaultValue("60") int badClaimsPerAddress,
            @DefaultValue("60") int linesPerSource) {}

    /**
     * How slow a client may be.
     *
     * @param silence within a header or a body, after which the connection is closed
     * @param body all of it
     * @param upload the same for results and artifacts
     */
    public record HttpLimits(
            @DefaultValue("20s") Duration silence,
            @DefaultValue("30s") Duration body,
            @DefaultValue("10m") Duration upload) {}

    /**
     * Certificates by listener, and how often their files are looked at.
     *
     * @param plainHttp a listener without a certificate may be reached from other machines
     */
    public record Tls(
            @DefaultValue Certificate control,
            @DefaultValue Certificate job,
            @Name("public") @DefaultValue Certificate publicListener,
            @DefaultValue Certificate artifacts,
            @DefaultValue("false") boolean plainHttp,
            @DefaultValue("10s") Duration reload) {
        public Certificate of(Listener listener) {
            return switch (listener) {
                case CONTROL -> control;
                case JOB -> job;
                case PUBLIC -> publicListener;
                case ARTIFACTS -> artifacts;
            };
        }
    }

    /**
     * PEM files; without a certificate the listener speaks plain HTTP.
     *
     * @param clientCa clients must show a certificate of one of these authorities
     */
    public record Certificate(
            @Nullable Path certificate,
            @Nullable Path privateKey,
            @Nullable Path clientCa) {}

    /**
     * Limits of runs (design.md, section 13).
     *
     * @param page names looked at by one listing at most
     * @param listings of one store under way at once, at most
     * @param splitPages pages after which the rest of a folder in a bucket is split in two, as long as fewer listings than that are under way
     * @param deletePercent of a store's files that a run deletes without asking a person
     * @param deleteUnasked vanished files below which nobody is asked, whatever their share
     */
    public record RunLimits(
            @DefaultValue("50") int window,
            @DefaultValue("10s") Duration advance,
            @DefaultValue("10s") Duration close,
            @DefaultValue("1000") int page,
            @DefaultValue("8") int listings,
            @DefaultValue("10") int splitPages,
            @DefaultValue("500") int unitFiles,
            @DefaultValue("268435456") long unitBytes,
            @DefaultValue("2m") Duration unitWork,
            @DefaultValue("67108864") long smallFile,
            @DefaultValue("20") int deletePercent,
            @DefaultValue("1000") int deleteUnasked) {
        public RunLimits {
            if (splitPages < 1) {
                throw new IllegalArgumentException(
                        "quarry.run: split-pages is " + splitPages + "; set a number of pages, at least 1");
            }
            if (deletePercent < 0 || deletePercent > 100 || deleteUnasked < 0) {
                throw new IllegalArgumentException("quarry.run: delete-percent is " + deletePercent
                        + " and delete-unasked is " + deleteUnasked + "; set 0 to 100, and a number of files");
            }
        }
    }
}
