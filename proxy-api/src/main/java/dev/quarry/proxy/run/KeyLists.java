package dev.quarry.proxy.run;

import static dev.quarry.proxy.Columns.bytes;

import dev.quarry.proxy.filter.NamedKeys;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Keys that a run is told to look at, and at nothing else. A workflow carries the list's id only. Every method belongs in a tenant's transaction.
 */
@Repository
class KeyLists {
    private static final int SHOWN = 5;

    private final JdbcClient jdbc;

    KeyLists(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps a list for a run to come. */
    UUID put(TenantId tenant, UUID store, Collection<KeyBytes> keys) {
        UUID list = UUID.randomUUID();
        jdbc.sql("insert into quarry.key_list (tenant, id, store) values (?, ?, ?)")
                .params(tenant.value(), list, store)
                .update();
        jdbc.sql("""
                        insert into quarry.listed_key (tenant, list, key, key_sha256)
                        select :tenant, :list, key, sha256(key) from unnest(:keys) as k (key)""")
                .param("tenant", tenant.value())
                .param("list", list)
                .param("keys", bytes(keys, KeyBytes::bytes))
                .update();
        return list;
    }

    void forget(TenantId tenant, UUID list) {
        jdbc.sql("delete from quarry.key_list where tenant = ? and id = ?")
                .params(tenant.value(), list)
                .update();
    }

    /**
     * For the run that a chain opens. Lists that were put a day or more before that chain was started go: one workflow of a store is open at a time, so theirs
     * are over or were never started, while the list of a start that was not answered stays however long its workflow waits for a worker.
     *
     * @throws Problem 404 unknown_key_list
     */
    void take(TenantId tenant, UUID store, UUID list, Instant chainStarted) {
        boolean known = jdbc.sql(
                        "select exists (select from quarry.key_list where tenant = ? and store = ? and id = ?)")
                .params(tenant.value(), store, list)
                .query(Boolean.class)
                .single();
        if (!known) {
            throw Problem.notFound("key_list", list);
        }
        jdbc.sql("""
                        delete from quarry.key_list where tenant = :tenant and store = :store and id <> :list and created_at < cast(:started as timestamptz) - interval '1 day'""")
                .param("tenant", tenant.value())
                .param("store", store)
                .param("list", list)
                .param("started", chainStarted.atOffset(ZoneOffset.UTC))
                .update();
    }

    Optional<NamedKeys> of(TenantId tenant, RunRow run) {
        return run.keyList()
                .map(list -> new NamedKeys(jdbc.sql("select key from quarry.listed_key where tenant = ? and list = ?")
                        .params(tenant.value(), list)
                        .query((row, n) -> KeyBytes.of(row.getBytes("key")))
                        .list()));
    }

    /** These were listed. */
    void found(TenantId tenant, RunRow run, List<ScopePage> pages) {
        if (run.keyList().isEmpty()) {
            return;
        }
        List<KeyBytes> keys = pages.stream()
                .flatMap(page ->
                        page.listing().files().stream().map(entry -> page.path().child(entry.name())))
                .toList();
        jdbc.sql("""
                        update quarry.listed_key set found = true
                        where tenant = :tenant and list = :list and key_sha256 in (select sha256(key) from unnest(:keys) as k (key))""")
                .param("tenant", tenant.value())
                .param("list", run.keyList().get())
                .param("keys", bytes(keys, KeyBytes::bytes))
                .update();
    }

    /** Marks as vanished what the ledger has of keys that are not there, once no scope is open. What could not be listed may still be there. */
    void markVanished(TenantId tenant, RunRow run) {
        if (run.keyList().isEmpty()) {
            return;
        }
        jdbc.sql("""
                        update quarry.file f set vanished_generation = r.generation
                        from quarry.listed_key k, quarry.run r
                        where k.tenant = :tenant and k.list = :list and not k.found and r.tenant = :tenant and r.id = :run and not r.gaps
                          and not exists (select from quarry.scope s where s.tenant = :tenant and s.run = :run and s.state = 'OPEN')
                          and f.tenant = :tenant and f.store = r.store and f.key_sha256 = k.key_sha256
                          and f.vanished_generation is distinct from r.generation""")
                .param("tenant", tenant.value())
                .param("list", run.keyList().get())
                .param("run", run.id())
                .update();
    }

    /** Warns of those that were not found. Once, when the listing has become complete. */
    void warn(TenantId tenant, RunRow run) {
        if (run.keyList().isEmpty()) {
            return;
        }
        UUID list = run.keyList().get();
        long missing = jdbc.sql("select count(*) from quarry.listed_key where tenant = ? and list = ? and not found")
                .params(tenant.value(), list)
                .query(Long.class)
                .single();
        if (missing == 0) {
            return;
        }
        List<String> some = jdbc.sql(
                        "select key from quarry.listed_key where tenant = ? and list = ? and not found order by key limit ?")
                .params(tenant.value(), list, SHOWN)
                .query((row, n) -> "'" + KeyBytes.of(row.getBytes("key")) + "'")
                .list();
        jdbc.sql(
                        "update quarry.run set warnings = warnings || cast(:warning as text[]) where tenant = :tenant and id = :run")
                .param("warning", new String[] {
                    missing + " of the keys asked for are not found: " + String.join(", ", some)
                            + (missing > SHOWN ? ", ..." : "")
                })
                .param("tenant", tenant.value())
                .param("run", run.id())
                .update();
    }
}
