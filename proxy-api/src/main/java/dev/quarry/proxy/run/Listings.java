package dev.quarry.proxy.run;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.Stores;
import jakarta.annotation.PreDestroy;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.stereotype.Component;

/** Threads that list, and what each store can take. A thread waits for its store only, so that one that is slow costs the others nothing. */
@Component
class Listings {
    private final Stores kinds;
    private final int most;
    private final Map<UUID, ListingLimit> limits = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "listing");
        thread.setDaemon(true);
        return thread;
    });

    Listings(Stores kinds, QuarrySettings settings) {
        this.kinds = kinds;
        this.most = settings.run().listings();
    }

    ListingsAtOnce of(Store store, int page) {
        ListingLimit limit = limits.computeIfAbsent(store.id(), id -> new ListingLimit(most));
        return new ListingsAtOnce(() -> kinds.lister(store), limit, threads, page);
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
