package dev.quarry.proxy.run;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreLister;
import jakarta.annotation.PreDestroy;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Threads that list, and what each store can take. A thread waits for its store only, so that one that is slow costs the others nothing. */
@Component
class Listings {
    private final int most;
    private final Map<UUID, ListingLimit> limits = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "listing");
        thread.setDaemon(true);
        return thread;
    });

    Listings(QuarrySettings settings) {
        this.most = settings.run().listings();
    }

    ListingsAtOnce of(Store store, Supplier<StoreLister> listers, int page) {
        ListingLimit limit = limits.computeIfAbsent(store.id(), id -> new ListingLimit(most));
        return new ListingsAtOnce(listers, limit, threads, page);
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
