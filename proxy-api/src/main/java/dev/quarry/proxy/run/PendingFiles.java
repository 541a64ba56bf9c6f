package dev.quarry.proxy.run;

import dev.quarry.proxy.attempt.RunAttempts;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
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

    /**
     * By an index for each kind: what is pending but in no queue, as all that a run finds which only lists, may be the whole store, and is not read. As an array,
     * since the planner would rather look each pending file up in a list.
     */
    private static final String RELEASED = """
            update quarry.file set pending_seq = null, unit = null, parked = false
            where tenant = :tenant and outcome = 'PENDING' and id = any (array(
              (select id from quarry.file where tenant = :tenant and store = :store and outcome = 'PENDING' and unit is null and pending_seq is not null
               limit :chunk)
              union all
              (select id from quarry.file where tenant = :tenant and store = :store and outcome = 'PENDING' and parked limit :chunk)
              union all
              (select f.id from quarry.unit u
               cross join lateral (select file from quarry.unit_item where tenant = :tenant and unit = u.id) i
               cross join lateral (select id from quarry.file where tenant = :tenant and id = i.file and unit = u.id and outcome = 'PENDING' limit 1) f
               where u.tenant = :tenant and u.run = :run and u.state = 'OPEN' limit :chunk)))""";

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final RunAttempts attempts;
    private final JdbcClient jdbc;

    PendingFiles(TenantTransactions transactions, RunRepository runs, RunAttempts attempts, JdbcClient jdbc) {
        this.transactions = transactions;
        this.runs = runs;
        this.attempts = attempts;
        this.jdbc = jdbc;
    }

    /** Takes pending files out of the queue and out of their units; they stay PENDING until a later run lists them. */
    void release(TenantId tenant, RunRow run) {
        int released;
        do {
            released = transactions.in(
                    tenant,
                    () -> jdbc.sql(RELEASED)
                            .param("tenant", tenant.value())
                            .param("store", run.store())
                            .param("run", run.id())
                            .param("chunk", CHUNK)
                            .update());
        } while (released > 0);
    }

    /** Concludes what is in no unit as FAILED(CANCELLED): nobody has read this version, so it is as new or as changed as it was. False if time ran out before the end. */
    boolean withdraw(TenantId tenant, RunRow run, Instant deadline) {
        int withdrawn;
        do {
            withdrawn = transactions.in(tenant, () -> {
                runs.lock(tenant, run.id());
                int files = jdbc.sql("""
                                with cancelled as (
                                  update quarry.file set outcome = 'FAILED', reason = 'CANCELLED', detail = null, partial = '{}', pending_seq = null, parked = false
                                  where tenant = :tenant and outcome = 'PENDING' and id = any (array(
                                    (select id from quarry.file where tenant = :tenant and store = :store and outcome = 'PENDING' and unit is null
                                       and pending_seq is not null and generation = :generation limit :chunk)
                                    union all
                                    (select id from quarry.file where tenant = :tenant and store = :store and outcome = 'PENDING' and parked
                                       and unit is null and generation = :generation limit :chunk)))
                                  returning id),
                                forgotten as (
                                  delete from quarry.search_document where tenant = :tenant and file in (select id from cancelled))
                                select count(*) from cancelled""")
                        .param("tenant", tenant.value())
                        .param("store", run.store())
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
        List<UUID> open = transactions.in(tenant, () -> openUnits(tenant, run));
        Iterator<UUID> left = open.iterator();
        boolean inTime = true; // one in any case: else a run whose calls have no time left would never end
        while (left.hasNext() && inTime) {
            attempts.cancel(tenant, left.next());
            inTime = Instant.now().isBefore(deadline);
        }
        return !left.hasNext();
    }

    private List<UUID> openUnits(TenantId tenant, RunRow run) {
        return jdbc.sql(
                        "select id from quarry.unit where tenant = :tenant and run = :run and state = 'OPEN' order by id")
                .param("tenant", tenant.value())
                .param("run", run.id())
                .query(UUID.class)
                .list();
    }
}
