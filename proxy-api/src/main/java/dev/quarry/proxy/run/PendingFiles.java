package dev.quarry.proxy.run;

import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Files that a run made pending and that will get no result from it. Set-based, in chunks, each a transaction; each looks at the outcome again when it
 * has the row, because closeRun may be under way twice.
 */
@Component
class PendingFiles {
    private static final int CHUNK = 5_000;
    private static final int UNITS = 50;

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final JdbcClient jdbc;

    PendingFiles(TenantTransactions transactions, RunRepository runs, JdbcClient jdbc) {
        this.transactions = transactions;
        this.runs = runs;
        this.jdbc = jdbc;
    }

    /** Takes pending files out of the queue and out of their units; they stay PENDING until a later run lists them. */
    void release(TenantId tenant, RunRow run) {
        int released;
        do {
            released = transactions.in(
                    tenant,
                    () -> jdbc.sql("""
                            update quarry.file set pending_seq = null, unit = null, parked = false
                            where tenant = :tenant and outcome = 'PENDING' and id in (
                              select id from quarry.file where tenant = :tenant and store = :store and outcome = 'PENDING'
                                and (pending_seq is not null or unit is not null or parked) limit :chunk)""")
                            .param("tenant", tenant.value())
                            .param("store", run.store())
                            .param("chunk", CHUNK)
                            .update());
        } while (released > 0);
    }

    /** Concludes what is in no unit as FAILED(CANCELLED). False if time ran out before the end. */
    boolean withdraw(TenantId tenant, RunRow run, Instant deadline) {
        int withdrawn;
        do {
            withdrawn = transactions.in(tenant, () -> {
                runs.lock(tenant, run.id());
                int files = jdbc.sql("""
                                with cancelled as (
                                  update quarry.file set outcome = 'FAILED', reason = 'CANCELLED', detail = null, partial = '{}', pending_seq = null, parked = false,
                                    concluded_version = version, concluded_extractors = :extractors
                                  where tenant = :tenant and outcome = 'PENDING' and id in (
                                    select id from quarry.file where tenant = :tenant and store = :store and outcome = 'PENDING' and unit is null
                                      and generation = :generation limit :chunk)
                                  returning id),
                                forgotten as (
                                  delete from quarry.search_document where tenant = :tenant and file in (select id from cancelled))
                                select count(*) from cancelled""")
                        .param("tenant", tenant.value())
                        .param("store", run.store())
                        .param("extractors", run.extractorSet())
                        .param("generation", run.generation())
                        .param("chunk", CHUNK)
                        .query(Integer.class)
                        .single();
                if (files > 0) {
                    runs.addWithdrawn(tenant, run.id(), files);
                }
                return files;
            });
        } while (withdrawn > 0 && Instant.now().isBefore(deadline));
        return withdrawn == 0;
    }

    /** Concludes the items of open units that have no outcome as FAILED(CANCELLED). Attempts must be closed. False if time ran out. */
    boolean cancelUnits(TenantId tenant, RunRow run, Instant deadline) {
        int units;
        do {
            units = transactions.in(tenant, () -> {
                UUID[] open = lockOpenUnits(tenant, run);
                if (open.length > 0) {
                    cancel(tenant, run, open);
                }
                return open.length;
            });
        } while (units > 0 && Instant.now().isBefore(deadline));
        return units == 0;
    }

    private UUID[] lockOpenUnits(TenantId tenant, RunRow run) {
        return jdbc.sql("""
                        select id from quarry.unit where tenant = :tenant and run = :run and state = 'OPEN' order by id limit :units for update""")
                .param("tenant", tenant.value())
                .param("run", run.id())
                .param("units", UNITS)
                .query(UUID.class)
                .list()
                .toArray(new UUID[0]);
    }

    private void cancel(TenantId tenant, RunRow run, UUID[] units) {
        jdbc.sql("""
                        with item as (
                          update quarry.unit_item set outcome = 'FAILED', reason = 'CANCELLED', concluded_at = now()
                          where tenant = :tenant and unit = any (:units) and outcome is null returning unit, file, size),
                        cancelled as (
                          update quarry.file f set outcome = 'FAILED', reason = 'CANCELLED', detail = null, partial = '{}', pending_seq = null,
                            concluded_version = f.version, concluded_extractors = :extractors
                          from item where f.tenant = :tenant and f.id = item.file and f.unit = item.unit and f.outcome = 'PENDING' returning f.id),
                        forgotten as (
                          delete from quarry.search_document where tenant = :tenant and file in (select id from cancelled))
                        update quarry.unit u set state = 'DONE', failed = u.failed + coalesce(i.files, 0), bytes_done = u.bytes_done + coalesce(i.bytes, 0)
                        from unnest(:units) as o (id) left join (select unit, count(*) as files, sum(size) as bytes from item group by unit) i on i.unit = o.id
                        where u.tenant = :tenant and u.id = o.id""")
                .param("tenant", tenant.value())
                .param("units", units)
                .param("extractors", run.extractorSet())
                .update();
    }
}
