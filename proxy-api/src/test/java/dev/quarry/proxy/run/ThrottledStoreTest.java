package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.filter.FilterRules;
import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.run.ScopePage.ScopeId;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.S3Server;
import dev.quarry.proxy.store.S3Settings;
import dev.quarry.proxy.store.Secret;
import dev.quarry.proxy.store.SecretSeal;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreFaults;
import dev.quarry.proxy.store.StoreKind;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.Stores;
import dev.quarry.proxy.tenant.TenantLookup;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** A store that refuses some requests, and answers them when they are tried again. */
@Timeout(120)
@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class ThrottledStoreTest {
    private static final RunningApi API = RunningApi.shared();
    private static final int FOLDERS = 24;

    private final S3Emulator server = S3Emulator.shared();
    private final String bucket = server.newBucket();
    private final StoreFaults wire = new StoreFaults(server.port());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ListingLimit limit = new ListingLimit(4);
    private final Store store = store();

    @AfterEach
    void stop() throws Exception {
        threads.shutdownNow();
        wire.close();
    }

    @Test
    void listingsAtOnceFallWhileEverySecondRequestIsRefusedAndRiseAgainAndNothingIsLost() throws Exception {
        for (int i = 0; i < FOLDERS; i++) {
            server.put(bucket, "folder" + i + "/a", new byte[1]);
        }
        // Every second one of each folder: the client overcomes it, whatever else is under way.
        Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
        wire.always(exchange -> {
            AtomicInteger ofFolder = requests.computeIfAbsent(
                    exchange.request().lines().findFirst().orElseThrow(), first -> new AtomicInteger());
            if (ofFolder.getAndIncrement() % 2 == 0) {
                exchange.respond(503, "SlowDown");
            } else {
                exchange.pass();
            }
        });
        assertThat(filesOfAll()).isEqualTo(FOLDERS);
        assertThat(limit.now()).as("while it throttles").isLessThanOrEqualTo(2);
        wire.always(StoreFaults.Exchange::pass);
        assertThat(filesOfAll()).isEqualTo(FOLDERS);
        assertThat(limit.now()).as("once it does no longer").isEqualTo(4);
    }

    private int filesOfAll() throws InterruptedException {
        List<OpenScope> left = new ArrayList<>(scopes());
        int files = 0;
        try (ListingsAtOnce listings = listings()) {
            while (!left.isEmpty()) {
                // One by one, so that each is a listing of its own.
                listings.begin(left.subList(0, Math.min(left.size(), 4)));
                for (ScopePage page : listings.collect(Instant.now().plusSeconds(30))) {
                    files += page.listing().files().size();
                    left.removeIf(scope -> scope.id().equals(page.scope().id()));
                }
            }
        }
        return files;
    }

    private ListingsAtOnce listings() {
        ScopeListing.Splits none = new ScopeListing.Splits() {
            @Override
            public boolean isLarge(OpenScope scope) {
                return false;
            }

            @Override
            public Optional<KeyBytes> pivot(StoreLister lister, ScopePage page) {
                return Optional.empty();
            }
        };
        return new ListingsAtOnce(
                () -> new RuledLister(
                        new CountedLister(
                                API.bean(Stores.class).lister(store), new SimpleMeterRegistry().counter("listed")),
                        FilterRules::standard),
                limit,
                threads,
                1_000,
                none,
                List.of(),
                late -> {});
    }

    private static List<OpenScope> scopes() {
        List<OpenScope> scopes = new ArrayList<>();
        for (int i = 0; i < FOLDERS; i++) {
            scopes.add(new OpenScope(
                    new ScopeId(UUID.randomUUID(), KeyBytes.EMPTY),
                    KeyBytes.utf8("folder" + i),
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    0));
        }
        return scopes;
    }

    private Store store() {
        UUID id = UUID.randomUUID();
        byte[] sealed = API.bean(SecretSeal.class).seal(id, S3Server.KEY_ID, Secret.of(S3Server.SECRET));
        S3Settings settings = new S3Settings(
                bucket,
                "us-east-1",
                wire.endpoint().toString(),
                true,
                S3Server.KEY_ID,
                null,
                Base64.getEncoder().encodeToString(sealed));
        return new Store(
                API.bean(TenantLookup.class).byName("demo"),
                id,
                "s",
                StoreKind.S3,
                KeyBytes.EMPTY,
                settings,
                null,
                true,
                null,
                "default",
                Instant.EPOCH);
    }
}
