package dev.quarry.proxy.run;

import static dev.quarry.proxy.Columns.ids;
import static dev.quarry.proxy.Columns.texts;

import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds out which new files are known ones under another key. A new file whose identity some file of the ledger has is parked; when everything is
 * listed, it is that file if the file has vanished, and is packed otherwise. A file that was moved keeps its id and all that is known about it.
 */
@Component
class MovedFiles {
    private static final int CHUNK = 1_000;

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final GoneFolders gone;
    private final Moves moves;
    private final JdbcClient jdbc;

    MovedFiles(TenantTransactions transactions, RunRepository runs, GoneFolders gone, Moves moves, JdbcClient jdbc) {
        this.transactions = transactions;
        this.runs = runs;
        this.gone = gone;
        this.moves = moves;
        this.jdbc = jdbc;
    }

    /** Those of the identities that files of the store have whose present content was concluded, in that lane. Inside a tenant's transaction. */
    Set<Identity> known(TenantId tenant, RunRow run, Set<Identity> identities) {
        if (identities.isEmpty() || run.generation() == 1) {
            return Set.of();
        }
        // The lateral with its limit keeps the planner from joining with the whole ledger.
        return jdbc
                .sql("""
                        select i.identity, i.lane from unnest(:identities, :lanes) as i (identity, lane)
                        cross join lateral (
                          select from quarry.file f where f.tenant = :tenant and hashtextextended(f.identity, 0) = hashtextextended(i.identity, 0)
                            and f.identity = i.identity and f.lane = i.lane and f.store = :store and\s""" + Moves.CONCLUDED + " limit 1) f")
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("extractors", run.extractorSet())
                .param("identities", texts(identities, Identity::value))
                .param("lanes", texts(identities, Identity::lane))
                .query((row, n) -> new Identity(row.getString("identity"), row.getString("lane")))
                .list()
                .stream()
                .collect(Collectors.toSet());
    }

    /** Resolves what is parked, once no scope is open. What is left when time runs out the next call takes up. */
    void resolve(TenantId tenant, RunRow run, int seq, Instant deadline) {
        if (!transactions.in(tenant, () -> anyParked(tenant, run)) || !gone.mark(tenant, run, deadline)) {
            return;
        }
        boolean more;
        do {
            more = transactions.in(tenant, () -> resolveChunk(tenant, run, seq));
        } while (more && Instant.now().isBefore(deadline));
    }

    private boolean anyParked(TenantId tenant, RunRow run) {
        return jdbc.sql("""
                        select exists (select from quarry.file where tenant = :tenant and store = :store and parked)
                          and not exists (select from quarry.scope where tenant = :tenant and run = :run and state = 'OPEN')""")
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("run", run.id())
                .query(Boolean.class)
                .single();
    }

    private boolean resolveChunk(TenantId tenant, RunRow run, int seq) {
        RunRow now = runs.lock(tenant, run.id());
        if (now.state() != RunState.LIVE || now.advanceSeq() != seq - 1) {
            return false;
        }
        List<UUID> parked = jdbc.sql("""
                        select id from quarry.file where tenant = :tenant and store = :store and parked order by identity, id limit :chunk""")
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("chunk", CHUNK)
                .query(UUID.class)
                .list();
        if (parked.isEmpty()) {
            return false;
        }
        runs.addMoved(tenant, run.id(), moves.move(tenant, run, parked));
        unpark(tenant, run, parked);
        return true;
    }

    /** The rest is new: to be packed, in the order of keys. */
    private void unpark(TenantId tenant, RunRow run, List<UUID> parked) {
        jdbc.sql("""
                        update quarry.file f set parked = false, pending_seq = case when :dispatch then n.seq end
                        from (select id, nextval('quarry.pending_order') as seq from (
                                select id from quarry.file where tenant = :tenant and id = any (cast(:parked as uuid[])) and parked order by key) k) n
                        where f.tenant = :tenant and f.id = n.id""")
                .param("tenant", tenant.value())
                .param("dispatch", run.dispatch())
                .param("parked", ids(parked))
                .update();
    }
}
