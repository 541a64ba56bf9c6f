package dev.quarry.proxy.run;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.filter.StoreFilters;
import dev.quarry.proxy.filter.WalkRules;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.stereotype.Component;

/** Threads that list, and what each store can take. A thread waits for its store only, so that one that is slow costs the others nothing. */
@Component
class Listings {
    private static final Duration LEFT = Duration.ofMinutes(5);

    private final StoreFilters stores;
    private final TenantTransactions transactions;
    private final Ledger ledger;
    private final Counter files;
    private final RunLimits settings;
    private final Map<UUID, ListingLimit> limits = new ConcurrentHashMap<>();
    /** By run, for its next call. One that never comes loses nothing: they are listed again. */
    private final Cache<UUID, List<ScopeListing>> unfinished =
            Caffeine.newBuilder().expireAfterWrite(LEFT).build();

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "listing");
        thread.setDaemon(true);
        return thread;
    });

    Listings(
            StoreFilters stores,
            TenantTransactions transactions,
            Ledger ledger,
            MeterRegistry meters,
            QuarrySettings settings) {
        this.stores = stores;
        this.transactions = transactions;
        this.ledger = ledger;
        this.files = Counter.builder("quarry.listing.files")
                .description("files in pages that stores gave, also in those that were never committed")
                .register(meters);
        this.settings = settings.run();
    }

    ListingsAtOnce of(TenantId tenant, Store store, UUID run, WalkRules rules, int page) {
        ListingLimit limit =
                limits.compute(store.id(), (id, old) -> ListingLimit.of(store.atMost(settings.listings()), old));
        List<ScopeListing> left = unfinished.asMap().remove(run);
        return new ListingsAtOnce(
                () -> new RuledLister(new CountedLister(stores.lister(store, rules), files), rules::now),
                limit,
                threads,
                page,
                new KnownPivots(transactions, ledger, tenant, settings),
                left == null ? List.of() : left,
                leaving -> unfinished.put(run, leaving));
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
