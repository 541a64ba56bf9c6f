package dev.quarry.proxy.run;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.filter.FilteredLister;
import dev.quarry.proxy.filter.StoreFilters;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Lists and compares for a while. The listing runs outside any transaction; each batch of pages is committed with the cursors of its scopes by
 * compare-and-set, so any number of callers at once, each with any part of the work repeated, count every file once.
 */
@Component
class Advance {
    private static final int SCOPES = 64;

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final StoreRepository stores;
    private final StoreFilters filters;
    private final Scopes scopes;
    private final MergePages merge;
    private final QuarrySettings.RunLimits limits;

    Advance(
            TenantTransactions transactions,
            RunRepository runs,
            StoreRepository stores,
            StoreFilters filters,
            Scopes scopes,
            MergePages merge,
            QuarrySettings settings) {
        this.transactions = transactions;
        this.runs = runs;
        this.stores = stores;
        this.filters = filters;
        this.scopes = scopes;
        this.merge = merge;
        this.limits = settings.run();
    }

    /** @throws Problem 409 stale_seq if {@code seq} is neither the last one nor the next; 503 store_away */
    void advance(TenantId tenant, UUID run, int seq) {
        RunRow row = transactions.in(tenant, () -> runs.get(tenant, run));
        if (Sequence.isReplay(row.advanceSeq(), seq) || row.state() != RunState.LIVE) {
            return;
        }
        Store store = transactions.in(tenant, () -> stores.get(tenant, row.store()));
        walk(tenant, row, store, seq);
        transactions.run(tenant, () -> merge.finish(tenant, run, seq));
    }

    private void walk(TenantId tenant, RunRow run, Store store, int seq) {
        FilteredLister lister = filters.lister(tenant, store, run.chainStartedAt());
        Instant deadline = Instant.now().plus(limits.advance());
        boolean first = seq == 1;
        do {
            List<OpenScope> open = transactions.in(tenant, () -> scopes.open(tenant, run.id(), SCOPES));
            if (open.isEmpty()) {
                return;
            }
            List<ScopePage> pages = list(lister, open, first ? limits.page() / 4 : 2 * limits.page());
            MergePages.Result result = merge.commit(tenant, run, lister.rules(), seq, pages);
            if (result == MergePages.Result.OVERTAKEN || (first && result == MergePages.Result.DISPATCHED)) {
                return;
            }
        } while (Instant.now().isBefore(deadline));
    }

    private static List<ScopePage> list(StoreLister lister, List<OpenScope> open, int max) {
        List<ScopePage> pages = new ArrayList<>();
        int left = max;
        for (OpenScope scope : open) {
            if (left <= 0) {
                break;
            }
            ScopePage page = list(lister, scope, left);
            pages.add(page);
            left -= 1 + page.listing().size();
        }
        return pages;
    }

    private static ScopePage list(StoreLister lister, OpenScope scope, int max) {
        try {
            return ScopePage.listed(scope, lister.list(scope.path(), scope.after(), max));
        } catch (GoneFromStoreException gone) {
            // Without its root a store says nothing about its files: they must not be taken for deleted.
            return scope.path().isEmpty()
                    ? ScopePage.failed(scope, "the store's root is not there")
                    : ScopePage.gone(scope);
        } catch (NotReadableException refused) {
            return ScopePage.failed(
                    scope, Optional.ofNullable(refused.getMessage()).orElse("not readable"));
        } catch (StoreException away) {
            throw new Problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "store_away",
                    "the store does not answer, try again: " + away.getMessage());
        }
    }
}
