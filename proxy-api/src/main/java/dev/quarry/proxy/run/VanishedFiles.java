package dev.quarry.proxy.run;

import static dev.quarry.proxy.Columns.ids;

import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Deletes what completely listed scopes no longer hold, with everything known about it, in chunks of one transaction each. What a scope that failed or
 * was left half-way no longer shows may still be there, so it stays.
 */
@Component
class VanishedFiles {
    private static final int CHUNK = 1_000;

    /** A vanished file without a scope lies in a folder that is gone as a whole. */
    private static final String FILES = "from quarry.file f\n" + Scopes.OF_FILE + """
            where f.tenant = :tenant and f.store = :store and f.vanished_generation = :generation and coalesce(s.state, 'COMPLETE') = 'COMPLETE'""";

    /** Of the same files, without a look at the scope of each: an index counts all, and a scope that was left half-way marked nothing beyond its cursor. */
    private static final String COUNT = """
            select (select count(*) from quarry.file where tenant = :tenant and store = :store and vanished_generation = :generation)
              - (select coalesce(sum(c.files), 0) from quarry.scope s
                 cross join lateral (
                   select count(*) as files from quarry.file f where f.tenant = :tenant and f.folder = s.folder and f.vanished_generation = :generation
                     and (s.begins = '' or s.begins < f.name) and f.name <= s.after) c
                 where s.tenant = :tenant and s.run = :run and s.state in ('OPEN', 'FAILED') and s.after is not null)""";

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final JdbcClient jdbc;

    VanishedFiles(TenantTransactions transactions, RunRepository runs, JdbcClient jdbc) {
        this.transactions = transactions;
        this.runs = runs;
        this.jdbc = jdbc;
    }

    /** How many files there are to delete, once all are marked. */
    long count(TenantId tenant, RunRow run) {
        return statement(COUNT, tenant, run).query(Long.class).single();
    }

    /** Deletes what is marked. False if time ran out before the end. */
    boolean delete(TenantId tenant, RunRow run, Instant deadline) {
        int deleted;
        do {
            deleted = transactions.in(tenant, () -> deleteFiles(tenant, run));
        } while (deleted > 0 && Instant.now().isBefore(deadline));
        return deleted == 0;
    }

    private int deleteFiles(TenantId tenant, RunRow run) {
        runs.lock(tenant, run.id());
        List<UUID> files = statement("select f.id " + FILES + " limit :chunk", tenant, run)
                .param("chunk", CHUNK)
                .query(UUID.class)
                .list();
        if (files.isEmpty()) {
            return 0;
        }
        forget(tenant, files);
        runs.addDeleted(tenant, run.id(), files.size());
        return files.size();
    }

    /** Takes files out of the ledger with everything known about them. Inside a tenant's transaction. */
    void forget(TenantId tenant, List<UUID> files) {
        jdbc.sql("""
                        with gone as (select unnest(cast(:files as uuid[])) as id),
                        found as (delete from quarry.search_document where tenant = :tenant and file in (select id from gone)),
                        extracted as (delete from quarry.extraction where tenant = :tenant and file in (select id from gone) returning id),
                        segments as (delete from quarry.segment where tenant = :tenant and extraction in (select id from extracted)),
                        artifacts as (delete from quarry.artifact where tenant = :tenant and extraction in (select id from extracted))
                        delete from quarry.file where tenant = :tenant and id in (select id from gone)""").param("tenant", tenant.value()).param("files", ids(files)).update();
    }

    private JdbcClient.StatementSpec statement(String sql, TenantId tenant, RunRow run) {
        return jdbc.sql(sql)
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("run", run.id())
                .param("generation", run.generation());
    }
}
