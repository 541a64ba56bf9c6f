package dev.quarry.proxy.attempt;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A unit of a live run made straight in the database, and the worker's calls about it over HTTP. */
final class Unit {
    private static final String VIOLATIONS = """
            select 'an item with two counting results' from quarry.extraction where tenant = :tenant and counts and extractor = 'noop'
            group by file, member having count(*) > 1
            union all select 'two open attempts' from quarry.job_attempt where tenant = :tenant and state in ('PENDING', 'RUNNING')
            group by unit having count(*) > 1
            union all select 'INDEXED without a counting result' from quarry.unit_item u where u.tenant = :tenant and u.outcome = 'INDEXED'
              and not exists (select from quarry.extraction e where e.tenant = u.tenant and e.file = u.file and e.counts)
            union all select 'a counting result without an outcome' from quarry.extraction e join quarry.unit_item u on u.tenant = e.tenant and u.file = e.file
            where e.tenant = :tenant and e.counts and u.outcome is null
            union all select 'ledger and unit disagree' from quarry.unit_item u join quarry.file f on f.tenant = u.tenant and f.id = u.file
            where u.tenant = :tenant and coalesce(u.outcome, 'PENDING') <> f.outcome
            union all select 'index and ledger disagree' from quarry.file f left join quarry.search_document d on d.tenant = f.tenant and d.file = f.id
            where f.tenant = :tenant and (f.outcome in ('INDEXED', 'NO_CONTENT')) <> (d.file is not null)
            union all select 'DONE with something missing' from quarry.unit u join quarry.unit_item i on i.tenant = u.tenant and i.unit = u.id
            where u.tenant = :tenant and u.state = 'DONE' and i.outcome is null
            union all select 'an attempt of a newer epoch than its unit' from quarry.job_attempt j join quarry.unit u on u.tenant = j.tenant and u.id = j.unit
            where j.tenant = :tenant and j.epoch > u.epoch
            union all select 'open, but not of the newest epoch' from quarry.job_attempt j join quarry.unit u on u.tenant = j.tenant and u.id = j.unit
            where j.tenant = :tenant and j.state in ('PENDING', 'RUNNING') and j.epoch <> u.epoch""";

    private final RunningApi api;
    private final JdbcClient db;
    private final String token;
    final UUID tenant;
    final UUID store = UUID.randomUUID();
    final UUID run = UUID.randomUUID();
    final UUID id = UUID.randomUUID();
    final int items;

    private Unit(RunningApi api, JdbcClient db, String token, UUID tenant, int items) {
        this.api = api;
        this.db = db;
        this.token = token;
        this.tenant = tenant;
        this.items = items;
    }

    static Unit of(int items) {
        return of(items, 100);
    }

    /** @param cap how many attempts its tenant may have open */
    static Unit of(int items, int cap) {
        RunningApi api = RunningApi.shared();
        UUID tenant = UUID.randomUUID();
        JdbcClient db = api.superuser();
        db.sql("insert into quarry.tenant (id, name, attempts_cap) values (?, ?, ?)")
                .params(tenant, "t" + tenant.toString().substring(0, 13), cap)
                .update();
        Unit unit = new Unit(api, db, api.token(Listener.CONTROL), tenant, items);
        unit.insertRun();
        unit.insertUnit();
        return unit;
    }

    /** One of the tenant that the tests' public token is of. */
    static Unit ofPeople(int items) {
        RunningApi api = RunningApi.shared();
        JdbcClient db = api.superuser();
        UUID demo = db.sql("select id from quarry.tenant where name = 'demo'")
                .query(UUID.class)
                .single();
        Unit unit = new Unit(api, db, api.token(Listener.CONTROL), demo, items);
        unit.insertRun();
        unit.insertUnit();
        return unit;
    }

    /** Another unit of the same tenant and run. */
    Unit sibling(int count) {
        Unit sibling = new Unit(api, db, token, tenant, count);
        sibling.insertRun();
        sibling.insertUnit();
        return sibling;
    }

    private void insertRun() {
        UUID folder = UUID.randomUUID();
        db.sql("insert into quarry.store (tenant, id, name, kind, root) values (?, ?, ?, 'filesystem', ?)")
                .params(
                        tenant,
                        store,
                        "s" + store.toString().substring(0, 13),
                        "/nowhere".getBytes(StandardCharsets.UTF_8))
                .update();
        db.sql("""
                        insert into quarry.run (tenant, id, store, generation, workflow_id, first_execution_id, chain_started_at, state, extractor_set, listed, dispatched)
                        values (?, ?, ?, 1, 'index/t/s', 'first', now(), 'LIVE', 'set', ?, ?)""").params(tenant, run, store, items, items).update();
        db.sql(
                        "insert into quarry.folder (tenant, id, store, path, path_sha256, name, display) values (?, ?, ?, '', sha256(''), '', '')")
                .params(tenant, folder, store)
                .update();
        db.sql("""
                        insert into quarry.file (tenant, id, store, folder, name, key, key_sha256, display, path, size, version, lane, outcome, generation, unit)
                        select ?, gen_random_uuid(), ?, ?, ('f' || i)::bytea, ('f' || i)::bytea, sha256(('f' || i)::bytea), 'f' || i, 'f' || i, 10, 'v1', 'documents',
                               'PENDING', 1, ?
                        from generate_series(0, ?) i""").params(tenant, store, folder, id, items - 1).update();
    }

    private void insertUnit() {
        db.sql(
                        "insert into quarry.unit (tenant, id, run, number, taken_seq, lane, files, bytes) values (?, ?, ?, 1, 1, 'documents', ?, ?)")
                .params(tenant, id, run, items, items * 10)
                .update();
        db.sql("""
                        insert into quarry.unit_item (tenant, unit, n, file, version, size)
                        select tenant, unit, substring(display from 2)::int, id, version, size from quarry.file where tenant = ? and unit = ?""").params(tenant, id).update();
    }

    JdbcClient db() {
        return db;
    }

    // ---- the worker's calls

    JsonNode open(UUID requestId, int after) {
        return open(requestId, after, null, false);
    }

    JsonNode open(UUID requestId, int after, @Nullable List<Integer> selected, boolean ticketPrivate) {
        return ok(openAnswer(requestId, after, selected, ticketPrivate));
    }

    Answer openAnswer(UUID requestId, int after, @Nullable List<Integer> selected, boolean ticketPrivate) {
        return openAnswer("{\"requestId\":\"" + requestId + "\",\"after\":" + after + ",\"selected\":" + selected
                + ",\"ticketPrivate\":" + ticketPrivate + "}");
    }

    /** Opens all that is missing, enlarged. */
    JsonNode openLarger(UUID requestId, int after, int memoryFactor, int diskFactor) {
        return ok(openAnswer("{\"requestId\":\"" + requestId + "\",\"after\":" + after + ",\"memoryFactor\":"
                + memoryFactor + ",\"diskFactor\":" + diskFactor + "}"));
    }

    Answer openAnswer(String json) {
        return api.post(Listener.CONTROL, token, "/control/v1/units/" + id + "/attempts", json);
    }

    Answer handle(String attempt, String handle) {
        return api.put(
                Listener.CONTROL,
                token,
                "/control/v1/attempts/" + attempt + "/handle",
                "{\"handle\":\"" + handle + "\"}");
    }

    JsonNode settle(UUID requestId, String state, @Nullable Integer exit) {
        return settle(requestId, state, exit, null);
    }

    JsonNode settle(UUID requestId, String state, @Nullable Integer exit, @Nullable String reason) {
        return ok(api.post(
                Listener.CONTROL,
                token,
                "/control/v1/units/" + id + "/settle",
                "{\"requestId\":\"" + requestId + "\",\"end\":{\"state\":\"" + state + "\",\"exitCode\":" + exit
                        + ",\"reason\":" + (reason == null ? "null" : "\"" + reason + "\"") + "}}"));
    }

    JsonNode conclude(@Nullable List<Integer> some, @Nullable Integer after, String reason) {
        return ok(concludeAnswer(some, after, reason));
    }

    Answer concludeAnswer(@Nullable List<Integer> some, @Nullable Integer after, String reason) {
        return concludeAnswer(id, some, after, reason);
    }

    /** Of any unit. */
    static Answer concludeAnswer(UUID unit, @Nullable List<Integer> some, @Nullable Integer after, String reason) {
        RunningApi api = RunningApi.shared();
        return api.post(
                Listener.CONTROL,
                api.token(Listener.CONTROL),
                "/control/v1/units/" + unit + "/conclude",
                "{\"items\":" + some + ",\"after\":" + after + ",\"outcome\":\"" + reason
                        + "\",\"detail\":\"because\"}");
    }

    JsonNode fence(int after) {
        return ok(api.post(Listener.CONTROL, token, "/control/v1/units/" + id + "/fence", "{\"after\":" + after + "}"));
    }

    /** One chunk of the run's end, cancelled. */
    JsonNode closeRun() {
        return ok(api.post(Listener.CONTROL, token, "/control/v1/runs/" + run + "/close", "{\"cancelled\":true}"));
    }

    void endRun(String state) {
        db.sql("update quarry.run set state = ?, ended_at = now() where tenant = ? and id = ?")
                .params(state, tenant, run)
                .update();
    }

    // ---- what the database says

    List<String> outcomes() {
        return db.sql(
                        "select coalesce(outcome || coalesce('(' || reason || ')', ''), 'missing') from quarry.unit_item where tenant = ? and unit = ? order by n")
                .params(tenant, id)
                .query(String.class)
                .list();
    }

    /** What the public API tells of item {@code n}'s file; for a unit of {@link #ofPeople}. */
    JsonNode timeline(int n) {
        UUID file = db.sql("select file from quarry.unit_item where unit = ? and n = ?")
                .params(id, n)
                .query(UUID.class)
                .single();
        return ok(api.get(Listener.PUBLIC, api.token(Listener.PUBLIC), "/api/v1/files/" + file))
                .get("timeline");
    }

    String state(String attempt) {
        return db.sql("select state from quarry.job_attempt where id = ?")
                .param(UUID.fromString(attempt))
                .query(String.class)
                .single();
    }

    boolean done() {
        return db.sql("select state = 'DONE' from quarry.unit where id = ?")
                .param(id)
                .query(Boolean.class)
                .single();
    }

    int epoch() {
        return db.sql("select epoch from quarry.unit where id = ?")
                .param(id)
                .query(Integer.class)
                .single();
    }

    int counted() {
        return db.sql("select count(*) from quarry.extraction where tenant = ? and counts")
                .param(tenant)
                .query(Integer.class)
                .single();
    }

    int recorded() {
        return db.sql("select count(*) from quarry.extraction where tenant = ?")
                .param(tenant)
                .query(Integer.class)
                .single();
    }

    int found() {
        return db.sql("select count(*) from quarry.search_document where tenant = ?")
                .param(tenant)
                .query(Integer.class)
                .single();
    }

    /** What must hold at any moment (protocol.md, section 6, numbers 1, 3 and 8; and ledger, unit and index agree). */
    List<String> violations() {
        return db.sql(VIOLATIONS).param("tenant", tenant).query(String.class).list();
    }

    static List<Integer> all(int items) {
        return IntStream.range(0, items).boxed().toList();
    }

    private static JsonNode ok(Answer answer) {
        if (answer.status() != 200) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
        return answer.json();
    }
}
