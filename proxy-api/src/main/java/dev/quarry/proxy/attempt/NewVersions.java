package dev.quarry.proxy.attempt;

import dev.quarry.proxy.filter.NamedKeys;
import dev.quarry.proxy.filter.StoreFilters;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Pins items that have changed since they were listed to what the store holds now, before they are tried once more (ADR 0023). */
@Component
class NewVersions {
    private static final int PAGE = 1_000;

    private final TenantTransactions transactions;
    private final UnitRows units;
    private final StoreRepository stores;
    private final StoreFilters filters;
    private final StoreWaits waits;
    private final JdbcClient jdbc;

    NewVersions(
            TenantTransactions transactions,
            UnitRows units,
            StoreRepository stores,
            StoreFilters filters,
            StoreWaits waits,
            JdbcClient jdbc) {
        this.transactions = transactions;
        this.units = units;
        this.stores = stores;
        this.filters = filters;
        this.waits = waits;
        this.jdbc = jdbc;
    }

    private record Changed(int n, UUID run, UUID store, KeyBytes folder, KeyBytes name, KeyBytes key) {}

    /** Asks the store outside of any transaction. Repeated, or twice at once, it changes nothing more. @throws Problem 503 store_away */
    void pin(TenantId tenant, UUID unit) {
        for (Changed item : transactions.in(tenant, () -> changed(unit))) {
            Optional<Entry> now = inStore(tenant, item);
            transactions.run(tenant, () -> {
                if (units.lock(unit).isPresent()) {
                    pinned(unit, item, now);
                }
            });
        }
    }

    /** Only where an attempt would be opened, as far as is known without a lock: whoever is told that the run is over, or attaches, needs no store. */
    private List<Changed> changed(UUID unit) {
        return jdbc.sql("""
                        select u.n, p.run, f.store, d.path, f.name, f.key from quarry.unit_item u
                        join quarry.unit p on p.tenant = u.tenant and p.id = u.unit
                        join quarry.run r on r.tenant = p.tenant and r.id = p.run and r.state = 'LIVE' and not r.paused
                        join quarry.file f on f.tenant = u.tenant and f.id = u.file
                        join quarry.folder d on d.tenant = f.tenant and d.id = f.folder
                        where u.tenant = quarry.tenant() and u.unit = ? and u.changed and u.outcome is null
                          and not exists (select from quarry.job_attempt a where a.tenant = u.tenant and a.unit = u.unit and a.state in ('PENDING', 'RUNNING'))
                        order by u.n""")
                .param(unit)
                .query((row, i) -> new Changed(
                        row.getInt("n"),
                        row.getObject("run", UUID.class),
                        row.getObject("store", UUID.class),
                        KeyBytes.of(row.getBytes("path")),
                        KeyBytes.of(row.getBytes("name")),
                        KeyBytes.of(row.getBytes("key"))))
                .list();
    }

    private Optional<Entry> inStore(TenantId tenant, Changed item) {
        Store store = transactions.in(tenant, () -> stores.get(tenant, item.store()));
        NamedKeys key = new NamedKeys(List.of(item.key()));
        StoreLister lister = filters.lister(store, filters.rules(tenant, store, Instant.now(), Optional.of(key)));
        try {
            return listed(lister, item);
        } catch (GoneFromStoreException | NotReadableException told) {
            // The next attempt is told the same, and its outcome says so.
            return Optional.empty();
        } catch (StoreException away) {
            waits.begun(tenant, item.run(), String.valueOf(away.getMessage()));
            throw new Problem(
                    HttpStatus.SERVICE_UNAVAILABLE, StoreWaits.STORE_AWAY, "the store does not answer; try again");
        }
    }

    private static Optional<Entry> listed(StoreLister lister, Changed item) throws StoreException {
        Optional<KeyBytes> after = Optional.empty();
        do {
            Listing page = lister.list(item.folder(), after, PAGE);
            for (Entry entry : page.files()) {
                if (entry.name().equals(item.name())) {
                    return Optional.of(entry);
                }
            }
            after = page.next();
        } while (after.isPresent());
        return Optional.empty();
    }

    /** In the unit and in the ledger, so that extraction, fingerprint and the next listing agree. Nothing there: as it was. */
    private void pinned(UUID unit, Changed item, Optional<Entry> now) {
        jdbc.sql("""
                        with item as (
                          update quarry.unit_item set changed = false, pinned_again = true, version = coalesce(:version, version), size = coalesce(:size, size)
                          where tenant = quarry.tenant() and unit = :unit and n = :n and changed and outcome is null returning file)
                        update quarry.file f set version = coalesce(:version, version), size = coalesce(:size, size), modified = coalesce(:modified, modified),
                               identity = case when :version::text is null then identity else :identity end
                        from item where f.tenant = quarry.tenant() and f.id = item.file and f.unit = :unit and f.outcome = 'PENDING'""")
                .param("version", now.map(Entry::version).orElse(null), Types.VARCHAR)
                .param("size", now.map(Entry::size).orElse(null), Types.BIGINT)
                .param(
                        "modified",
                        now.map(entry -> AttemptRows.timestamp(entry.modified()))
                                .orElse(null),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("identity", now.map(Entry::identity).orElse(null), Types.VARCHAR)
                .param("unit", unit)
                .param("n", item.n())
                .update();
    }
}
