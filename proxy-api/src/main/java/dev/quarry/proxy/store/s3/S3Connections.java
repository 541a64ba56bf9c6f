package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.store.S3Settings;
import dev.quarry.proxy.store.SecretSeal;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreEndpoints;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** One connection per store: made when it is needed, replaced when the store's settings changed, closed when nobody has used it for a while. */
@Component
class S3Connections implements DisposableBean {
    private static final Duration IDLE = Duration.ofMinutes(15);

    private final Map<UUID, S3Connection> open = new ConcurrentHashMap<>();
    private final StoreEndpoints endpoints;
    private final SecretSeal seal;
    private final QuarrySettings.S3Limits limits;

    S3Connections(StoreEndpoints endpoints, SecretSeal seal, QuarrySettings settings) {
        this.endpoints = endpoints;
        this.seal = seal;
        this.limits = settings.s3();
    }

    QuarrySettings.S3Limits limits() {
        return limits;
    }

    /** The caller gives it back. */
    S3Connection take(Store store) {
        S3Settings settings = Objects.requireNonNull(store.s3(), "an s3 store has settings");
        return Objects.requireNonNull(open.compute(store.id(), (id, old) -> {
            if (old != null && old.settings.equals(settings) && old.take()) {
                return old;
            }
            if (old != null) {
                old.retire();
            }
            S3Connection fresh = new S3Connection(settings, credentials(store, settings), endpoints, limits);
            fresh.take();
            return fresh;
        }));
    }

    private AwsCredentialsProvider credentials(Store store, S3Settings settings) {
        if (settings.accessKeyId() == null || settings.secretSealed() == null) {
            if (limits.ambientTenants().isEmpty()) {
                throw new IllegalStateException(
                        "store '" + store.name()
                                + "' uses this process' own identity, which the operator has not allowed (QUARRY_S3_AMBIENTTENANTS)");
            }
            return DefaultCredentialsProvider.builder().build();
        }
        byte[] sealed = Base64.getDecoder().decode(settings.secretSealed());
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(
                settings.accessKeyId(),
                seal.open(store.id(), settings.accessKeyId(), sealed).value()));
    }

    @Scheduled(fixedDelay = 60_000, initialDelay = 60_000)
    void closeIdle() {
        Instant since = Instant.now().minus(IDLE);
        for (UUID id : open.keySet()) {
            open.computeIfPresent(id, (same, connection) -> {
                if (!connection.isIdleSince(since)) {
                    return connection;
                }
                connection.retire();
                return null;
            });
        }
    }

    @Override
    public void destroy() {
        open.values().forEach(S3Connection::retire);
    }
}
