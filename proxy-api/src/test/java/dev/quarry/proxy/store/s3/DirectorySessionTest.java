package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.S3Server;
import dev.quarry.proxy.store.S3Settings;
import dev.quarry.proxy.store.StoreContent;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CreateSessionRequest;
import software.amazon.awssdk.services.s3.model.CreateSessionResponse;
import software.amazon.awssdk.services.s3.s3express.S3ExpressSessionCredentials;

/** How a directory bucket is spoken to: by sessions, and where. */
class DirectorySessionTest {
    private static final DirectoryBuckets.Asked READING = new DirectoryBuckets.Asked(S3Server.KEY_ID, "ReadOnly");

    private final DirectoryBuckets bucket = new DirectoryBuckets();
    private final StoreFaults server = new StoreFaults(0);
    private final S3TestStore store = S3TestStore.at(server.endpoint(), DirectoryBuckets.BUCKET, "");

    DirectorySessionTest() {
        server.always(bucket);
        bucket.put("a", "content");
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private Listing list() throws IOException {
        return store.lister().list(KeyBytes.EMPTY, Optional.empty(), 10);
    }

    private void read() throws IOException {
        String version = list().files().get(0).version();
        try (StoreContent content = store.reader().open(KeyBytes.utf8("a"), version, Optional.empty())) {
            assertThat(content.stream().readAllBytes()).hasSize(7);
        }
    }

    @Test
    void oneSessionThatMayOnlyReadServesAllCallsOfAStore() throws IOException {
        read();
        read();
        assertThat(bucket.sessions()).containsExactly(READING);
    }

    /** Sessions cannot be renewed, so a call that takes long must not begin with an old one. */
    @Test
    void aSessionThatEndsSoonIsReplaced() throws IOException {
        bucket.sessionsOf(Duration.ofSeconds(50));
        list();
        list();
        assertThat(bucket.sessions()).containsExactly(READING, READING);
    }

    /** Else each of many readers would ask a service that hangs, one after the other. */
    @Test
    void whoComesWhileASessionIsAskedForSharesWhatBecomesOfIt() {
        List<CompletableFuture<S3ExpressSessionCredentials>> meanwhile = new ArrayList<>();
        DirectorySession[] session = new DirectorySession[1];
        ResolveIdentityRequest request = ResolveIdentityRequest.builder().build();
        session[0] =
                new DirectorySession("b", () -> new NoClient(() -> meanwhile.add(session[0].resolveIdentity(request))));
        CompletableFuture<S3ExpressSessionCredentials> first = session[0].resolveIdentity(request);
        assertThat(meanwhile).hasSize(1).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(first).isCompletedExceptionally();
        assertThat(session[0].resolveIdentity(request)).isCompletedExceptionally();
        assertThat(meanwhile).as("whoever comes later asks again").hasSize(2);
    }

    private record NoClient(Runnable asked) implements S3Client {
        @Override
        public CreateSessionResponse createSession(CreateSessionRequest request) {
            asked.run();
            throw SdkClientException.create("no answer");
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {}
    }

    /** Those of the SDK are renewed on a schedule of its own, which knows nothing of clients that were closed. */
    @Test
    void nothingRenewsSessionsInTheBackground() throws IOException {
        long before = schedules();
        list();
        assertThat(schedules()).isEqualTo(before);
    }

    private static long schedules() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("sdk-cache")
                        || thread.getName().contains("s3-express"))
                .count();
    }

    @Test
    void aKeyWithoutTheRightToSessionsIsToldWhichItNeeds() {
        bucket.refuse(S3Server.KEY_ID);
        assertThatThrownBy(this::list)
                .isInstanceOf(NotReadableException.class)
                .hasMessageContaining("s3express:CreateSession")
                .hasMessageNotContainingAny(S3Server.SECRET);
    }

    @Test
    void theBucketsZoneIsWhereItsNameSays() {
        List<String> hosts = new CopyOnWriteArrayList<>();
        try (S3Client client = client(null, hosts)) {
            assertThatThrownBy(() -> client.listObjectsV2(request -> request.bucket(DirectoryBuckets.BUCKET)))
                    .hasRootCauseInstanceOf(ConnectException.class);
        }
        assertThat(hosts)
                .isNotEmpty()
                .containsOnly(DirectoryBuckets.BUCKET + ".s3express-usw2-az1.us-west-2.amazonaws.com");
    }

    /** The session too is asked for at an address that was looked at, and nowhere else than at the endpoint. */
    @Test
    void sessionAndListingGoToTheAddressThatWasLookedAt() {
        List<String> hosts = new CopyOnWriteArrayList<>();
        String endpoint = "http://store.invalid:" + server.endpoint().getPort();
        try (S3Client client = client(endpoint, hosts)) {
            assertThat(client.listObjectsV2(request -> request.bucket(DirectoryBuckets.BUCKET))
                            .contents())
                    .hasSize(1);
        }
        assertThat(hosts).containsOnly(DirectoryBuckets.BUCKET + ".store.invalid");
        assertThat(bucket.sessions()).hasSize(1);
    }

    private static S3Client client(@Nullable String endpoint, List<String> hosts) {
        S3Settings settings =
                new S3Settings(DirectoryBuckets.BUCKET, "us-west-2", endpoint, false, S3Server.KEY_ID, null, null);
        S3Calls calls =
                new S3Calls(RunningApi.shared().bean(QuarrySettings.class).s3(), host -> {
                    hosts.add(host);
                    return new InetAddress[] {InetAddress.getLoopbackAddress()};
                });
        S3Client[] client = new S3Client[1];
        client[0] = S3Connection.client(
                settings,
                StaticCredentialsProvider.create(AwsBasicCredentials.create(S3Server.KEY_ID, S3Server.SECRET)),
                new DirectorySession(DirectoryBuckets.BUCKET, () -> client[0]),
                calls,
                2,
                calls.overrides(null));
        return client[0];
    }
}
