package dev.quarry.proxy.run;

import dev.quarry.proxy.lane.Lanes;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** One short transaction per batch of pages: cursors, differences, counts; all or nothing. */
@Component
class MergePages {
    private static final int WARNINGS = 100;

    private final TenantTransactions transactions;
    private final Scopes scopes;
    private final Ledger ledger;
    private final LedgerWrites writes;
    private final MovedFiles moved;
    private final KeyLists keyLists;
    private final Lanes lanes;
    private final JdbcClient jdbc;

    MergePages(
            TenantTransactions transactions,
            Scopes scopes,
            Ledger ledger,
            LedgerWrites writes,
            MovedFiles moved,
            KeyLists keyLists,
            Lanes lanes,
            JdbcClient jdbc) {
        this.transactions = transactions;
        this.scopes = scopes;
        this.ledger = ledger;
        this.writes = writes;
        this.moved = moved;
        this.keyLists = keyLists;
        this.lanes = lanes;
        this.jdbc = jdbc;
    }

    enum Result {
        COMMITTED,
        /** Committed, and some files are pending now. */
        DISPATCHED,
        /** Another caller moved a cursor: nothing was written, read the scopes again. */
        LOST,
        /** The run is not LIVE any more, or this call's number is over: stop. */
        OVERTAKEN
    }

    Result commit(TenantId tenant, RunRow run, int seq, List<ScopePage> pages) {
        try {
            return transactions.in(tenant, () -> merged(tenant, run, seq, pages));
        } catch (RolledBack reason) {
            return reason.result;
        }
    }

    private Result merged(TenantId tenant, RunRow run, int seq, List<ScopePage> pages) {
        if (!scopes.advance(tenant, run.id(), pages)) {
            throw new RolledBack(Result.LOST);
        }
        Changes changes = compared(tenant, run, pages);
        keyLists.found(tenant, run, pages);
        writes.write(tenant, run, changes, moved.known(tenant, run, changes.newIdentities()));
        if (!count(tenant, run.id(), seq, changes, pages)) {
            throw new RolledBack(Result.OVERTAKEN);
        }
        return changes.dispatched > 0 ? Result.DISPATCHED : Result.COMMITTED;
    }

    private Changes compared(TenantId tenant, RunRow run, List<ScopePage> pages) {
        Merge merge = new Merge(rules -> new Comparison(rules, run.extractorSet(), run.dispatch(), lanes));
        return run.keyList().isPresent()
                ? merge.ofNamed(pages, ledger.named(tenant, run.store(), pages))
                : merge.of(pages, ledger.files(tenant, pages), ledger.folders(tenant, pages));
    }

    private boolean count(TenantId tenant, UUID run, int seq, Changes changes, List<ScopePage> pages) {
        boolean gaps = pages.stream().anyMatch(page -> page.failure().isPresent());
        String[] warnings = pages.stream()
                .flatMap(page -> Stream.concat(
                        page.failure().map(reason -> "not listed: " + reason).stream(),
                        page.listing().warnings().stream()))
                .limit(WARNINGS)
                .toArray(String[]::new);
        return jdbc.sql("""
                        update quarry.run set listed = listed + :listed, bytes_listed = bytes_listed + :bytes, unchanged = unchanged + :unchanged,
                          carried = carried + :carried, filtered = filtered + :filtered, no_content = no_content + :noContent, too_large = too_large + :tooLarge, archived = archived + :archived,
                          dispatched = dispatched + :dispatched, gaps = gaps or :gaps,
                          waits_since = null, waits_at = null, waits_for = null,
                          warnings = trim_array(warnings || cast(:warnings as text[]), greatest(0, cardinality(warnings) + cardinality(cast(:warnings as text[])) - :most))
                        where tenant = :tenant and id = :run and state = 'LIVE' and advance_seq = :seq - 1""")
                        .param("listed", changes.listed)
                        .param("bytes", changes.bytes)
                        .param("unchanged", changes.unchanged)
                        .param("carried", changes.carried)
                        .param("filtered", changes.filtered)
                        .param("noContent", changes.noContent)
                        .param("tooLarge", changes.tooLarge)
                        .param("archived", changes.archived)
                        .param("dispatched", changes.dispatched)
                        .param("gaps", gaps)
                        .param("most", WARNINGS)
                        .param("warnings", warnings)
                        .param("tenant", tenant.value())
                        .param("run", run)
                        .param("seq", seq)
                        .update()
                == 1;
    }

    /** This call's number is used up; and the listing is complete if no scope is open and no file is parked. */
    void finish(TenantId tenant, RunRow run, int seq) {
        boolean complete = finished(tenant, run, seq);
        if (complete && !run.listingComplete()) {
            keyLists.warn(tenant, run);
        }
    }

    private boolean finished(TenantId tenant, RunRow run, int seq) {
        return jdbc.sql("""
                        update quarry.run set advance_seq = :seq,
                          listing_complete = not exists (select from quarry.scope where tenant = :tenant and run = :run and state = 'OPEN')
                            and not exists (select from quarry.file where tenant = :tenant and store = :store and parked)
                        where tenant = :tenant and id = :run and state = 'LIVE' and advance_seq = :seq - 1 returning listing_complete""")
                .param("seq", seq)
                .param("tenant", tenant.value())
                .param("run", run.id())
                .param("store", run.store())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /** Undoes the transaction; carries no state of its own and is caught where it was opened. */
    private static final class RolledBack extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Result result;

        RolledBack(Result result) {
            super(null, null, false, false);
            this.result = result;
        }
    }
}
