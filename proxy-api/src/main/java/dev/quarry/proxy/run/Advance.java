package dev.quarry.proxy.run;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.attempt.StoreWaits;
import dev.quarry.proxy.filter.StoreFilters;
import dev.quarry.proxy.filter.WalkRules;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Lists and compares for a while. The listing runs outside any transaction; each batch of pages is committed with the cursors of its scopes by
 * compare-and-set, so any number of callers at once, each with any part of the work repeated, count every file once.
 */
@Component
class Advance {
    /** How long an end waits for pages that were asked for; the next call takes over what does not come. */
    private static final Duration REST = Duration.ofSeconds(2);

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final StoreRepository stores;
    private final Listings listings;
    private final StoreFilters filters;
    private final Scopes scopes;
    private final MergePages merge;
    private final MovedFiles moved;
    private final KeyLists keyLists;
    private final StoreWaits waits;
    private final RunLimits limits;

    Advance(
            TenantTransactions transactions,
            RunRepository runs,
            StoreRepository stores,
            Listings listings,
            StoreFilters filters,
            Scopes scopes,
            MergePages merge,
            MovedFiles moved,
            KeyLists keyLists,
            StoreWaits waits,
            QuarrySettings settings) {
        this.transactions = transactions;
        this.runs = runs;
        this.stores = stores;
        this.listings = listings;
        this.filters = filters;
        this.scopes = scopes;
        this.merge = merge;
        this.moved = moved;
        this.keyLists = keyLists;
        this.waits = waits;
        this.limits = settings.run();
    }

    /** @throws Problem 409 stale_seq if {@code seq} is beyond the next one; 503 store_away */
    void advance(TenantId tenant, UUID run, int seq) {
        RunRow row = transactions.in(tenant, () -> runs.get(tenant, run));
        if (Sequence.isOver(row.advanceSeq(), seq) || row.state() != RunState.LIVE) {
            return;
        }
        Store store = transactions.in(tenant, () -> stores.get(tenant, row.store()));
        Instant deadline = Instant.now().plus(limits.advance());
        walkOrSayWhyNot(tenant, row, store, seq, deadline);
        transactions.run(tenant, () -> keyLists.markVanished(tenant, row));
        moved.resolve(tenant, row, seq, deadline);
        transactions.run(tenant, () -> merge.finish(tenant, row, seq));
    }

    private void walkOrSayWhyNot(TenantId tenant, RunRow run, Store store, int seq, Instant deadline) {
        try {
            walk(tenant, run, store, seq, deadline);
        } catch (Problem failed) {
            if (failed.code().equals(StoreWaits.STORE_AWAY)) {
                waits.begun(tenant, run.id(), failed.detail());
            }
            throw failed;
        }
    }

    private void walk(TenantId tenant, RunRow run, Store store, int seq, Instant deadline) {
        boolean first = seq == 1;
        WalkRules rules = filters.rules(
                tenant, store, run.chainStartedAt(), transactions.in(tenant, () -> keyLists.of(tenant, run)));
        try (ListingsAtOnce listings =
                this.listings.of(tenant, store, run.id(), rules, first ? limits.page() / 4 : limits.page())) {
            do {
                List<OpenScope> open = transactions.in(
                        tenant, () -> scopes.open(tenant, run.id(), ListingsAtOnce.wanted(limits.listings())));
                if (open.isEmpty()) {
                    return;
                }
                listings.begin(open);
                List<ScopePage> pages = listings.collect(deadline);
                if (!pages.isEmpty() && isOver(first, merge.commit(tenant, run, seq, pages))) {
                    return;
                }
            } while (Instant.now().isBefore(deadline));
            List<ScopePage> late = listings.collectRest(REST);
            if (!late.isEmpty()) {
                merge.commit(tenant, run, seq, late);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the API stops", stopping);
        }
    }

    private static boolean isOver(boolean first, MergePages.Result result) {
        return result == MergePages.Result.OVERTAKEN || (first && result == MergePages.Result.DISPATCHED);
    }
}
