package dev.quarry.proxy.store.s3;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.SessionCredentials;
import software.amazon.awssdk.services.s3.model.SessionMode;
import software.amazon.awssdk.services.s3.s3express.S3ExpressAuthScheme;
import software.amazon.awssdk.services.s3.s3express.S3ExpressSessionCredentials;

/**
 * The session that all calls to a directory bucket are signed with: for reading only, made with the store's own credentials when it is needed, and the same
 * for all clients of a store. Instead of the SDK's own, whose sessions may write, and go on being renewed in a thread after their client was closed.
 */
final class DirectorySession implements S3ExpressAuthScheme, IdentityProvider<S3ExpressSessionCredentials> {
    /** They end after five minutes, and a call that has begun with one must not outlive it. By our own clock, should the service's differ. */
    private static final Duration LONGEST = Duration.ofMinutes(4);

    private static final Duration BEFORE_ITS_END = Duration.ofMinutes(1);

    private final String bucket;
    private final Supplier<S3Client> client;
    private final HttpSigner<S3ExpressSessionCredentials> signer =
            S3ExpressAuthScheme.create().signer();
    private @Nullable CompletableFuture<Session> current;

    private record Session(S3ExpressSessionCredentials credentials, Instant until) {}

    /** @param client that asks for sessions */
    DirectorySession(String bucket, Supplier<S3Client> client) {
        this.bucket = bucket;
        this.client = client;
    }

    @Override
    public String schemeId() {
        return S3ExpressAuthScheme.SCHEME_ID;
    }

    @Override
    public IdentityProvider<S3ExpressSessionCredentials> identityProvider(IdentityProviders others) {
        return this;
    }

    @Override
    public HttpSigner<S3ExpressSessionCredentials> signer() {
        return signer;
    }

    @Override
    public Class<S3ExpressSessionCredentials> identityType() {
        return S3ExpressSessionCredentials.class;
    }

    /** Whoever comes while a session is asked for waits for that one, and shares its failure: a service that hangs is not asked by each in turn. */
    @Override
    public CompletableFuture<S3ExpressSessionCredentials> resolveIdentity(ResolveIdentityRequest request) {
        CompletableFuture<Session> own = new CompletableFuture<>();
        CompletableFuture<Session> shared = currentOr(own);
        if (shared == own) {
            try {
                own.complete(fresh());
            } catch (RuntimeException failed) {
                own.completeExceptionally(failed);
            }
        }
        return shared.thenApply(Session::credentials);
    }

    private synchronized CompletableFuture<Session> currentOr(CompletableFuture<Session> other) {
        if (current == null || current.isCompletedExceptionally() || isOver(current.getNow(null))) {
            current = other;
        }
        return current;
    }

    /** @param session null: it is being asked for */
    private static boolean isOver(@Nullable Session session) {
        return session != null && !Instant.now().isBefore(session.until());
    }

    private Session fresh() {
        Instant asked = Instant.now();
        SessionCredentials given = given();
        Instant longest = asked.plus(LONGEST);
        Instant end = given.expiration() == null ? longest : given.expiration().minus(BEFORE_ITS_END);
        return new Session(
                S3ExpressSessionCredentials.fromSessionResponse(given), end.isBefore(longest) ? end : longest);
    }

    private SessionCredentials given() {
        try {
            return client.get()
                    .createSession(request -> request.bucket(bucket).sessionMode(SessionMode.READ_ONLY))
                    .credentials();
        } catch (AwsServiceException refused) {
            if (refused.statusCode() == 403
                    && refused.awsErrorDetails() != null
                    && "AccessDenied".equals(refused.awsErrorDetails().errorCode())) {
                throw new NoSessionException(refused);
            }
            throw refused;
        }
    }
}
