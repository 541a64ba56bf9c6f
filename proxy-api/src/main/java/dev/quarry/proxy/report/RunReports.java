package dev.quarry.proxy.report;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.run.RunRepository;
import dev.quarry.proxy.run.RunRow;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads what reports hold. Inside a tenant's transaction. */
@Repository
class RunReports {
    /** Below every outcome and every id. */
    static final Position START = new Position("", new UUID(0, 0));

    /** A run that was given keys says nothing of other files. */
    private static final String LOOKED_AT = """
            (cast(:keyList as uuid) is null or key_sha256 in (
              select k.key_sha256 from quarry.listed_key k where k.tenant = :tenant and k.list = cast(:keyList as uuid)))""";

    private static final String LINES = """
            select id, path, key, size, modified, media_type, outcome, reason, detail,
              case when vanished_generation = :generation then 'VANISHED'
                   when moved_generation = :generation and generation < :generation then 'MOVED'
                   when outcome in ('INDEXED', 'NO_CONTENT') and generation < :generation then 'UNCHANGED'
                   else outcome end as run_outcome,
              outcome = 'FAILED' and generation < :generation as carried,
              case when moved_generation = :generation then moved_from end as moved_from
            from quarry.file
            where tenant = :tenant and store = :store and (outcome, id) > (:outcome, :id) and (outcome = 'FAILED' or not :failures)
              and\s""" + LOOKED_AT + """
            order by outcome, id limit :limit""";

    /**
     * Those of which a run that only lists says at once what they are (empty, filtered, archived, ...) are as new or changed as those that wait for a job.
     * What a scope that failed no longer shows may still be there.
     */
    private static final String CHANGES = """
            with told as (
              select *, generation = :generation and outcome in ('NO_CONTENT', 'FILTERED', 'FAILED') and not :dispatch as at_once
              from quarry.file where tenant = :tenant and store = :store)
            select coalesce(lower(substring(f.display from '\\.([[:alnum:]]{1,10})$')), '') as type,
              case when f.vanished_generation = :generation then 'VANISHED'
                   when f.outcome = 'PENDING' and f.concluded_version is null or f.at_once and f.first_seen = :generation then 'NEW'
                   when f.outcome = 'PENDING' or f.at_once then 'CHANGED'
                   else 'MOVED' end as change,
              count(*) as files, sum(f.size) as bytes
            from told f
            left join quarry.scope s on s.tenant = f.tenant and s.run = :run and s.folder = f.folder
              and (s.begins = '' or s.begins < f.name) and (s.until is null or s.until >= f.name)
            where (f.outcome = 'PENDING' or f.at_once or f.vanished_generation = :generation or f.moved_generation = :generation)
              and (f.vanished_generation is distinct from :generation or coalesce(s.state, 'COMPLETE') = 'COMPLETE')
              and\s""" + LOOKED_AT + """
            group by 1, 2 order by 1, 2""";

    private static final String SCOPES = """
            select s.folder, f.path, s.begins, s.until, s.state, s.pages, s.entries, s.first_name, s.last_name, s.reason, s.seq from quarry.scope s
            join quarry.folder f on f.tenant = s.tenant and f.id = s.folder
            where s.tenant = :tenant and s.run = :run and s.seq > :after and (cast(:state as text) is null or s.state = :state)
            order by s.seq limit :limit""";

    private final RunRepository runs;
    private final JdbcClient jdbc;

    RunReports(RunRepository runs, JdbcClient jdbc) {
        this.runs = runs;
        this.jdbc = jdbc;
    }

    /** @throws Problem 404 unknown_run; 409 superseded, since the ledger is that of the store's newest run */
    RunRow newest(TenantId tenant, UUID run) {
        RunRow row = runs.get(tenant, run);
        runs.newest(tenant, row.store())
                .filter(newest -> newest.generation() > row.generation())
                .ifPresent(newer -> {
                    throw Problem.conflict(
                            "superseded",
                            "the ledger holds what the store's newest run concluded of each file: ask for run "
                                    + newer.id() + " of generation " + newer.generation());
                });
        return row;
    }

    /** @throws Problem 404 unknown_run */
    void known(TenantId tenant, UUID run) {
        runs.get(tenant, run);
    }

    List<Line> lines(TenantId tenant, RunRow run, Position after, boolean failures, int limit) {
        return jdbc.sql(LINES)
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("generation", run.generation())
                .param("outcome", after.outcome())
                .param("id", after.id())
                .param("failures", failures)
                .param("keyList", run.keyList().orElse(null))
                .param("limit", limit)
                .query((row, n) -> new Line(
                        ReportLine.of(row, n), new Position(row.getString("outcome"), row.getObject("id", UUID.class))))
                .list();
    }

    List<Change> changes(TenantId tenant, RunRow run) {
        return jdbc.sql(CHANGES)
                .param("tenant", tenant.value())
                .param("run", run.id())
                .param("dispatch", run.dispatch())
                .param("keyList", run.keyList().orElse(null))
                .param("store", run.store())
                .param("generation", run.generation())
                .query((row, n) -> new Change(
                        row.getString("type"),
                        ChangeKind.valueOf(row.getString("change")),
                        row.getLong("files"),
                        row.getLong("bytes")))
                .list();
    }

    /** In the order in which they were found; {@code after} is the last one's {@code seq}. */
    List<ScopeLine> scopes(TenantId tenant, UUID run, Optional<String> state, long after, int limit) {
        return jdbc.sql(SCOPES)
                .param("tenant", tenant.value())
                .param("run", run)
                .param("after", after)
                .param("state", state.orElse(null))
                .param("limit", limit)
                .query((row, n) -> new ScopeLine(
                        row.getObject("folder", UUID.class),
                        KeyBytes.of(row.getBytes("path")).toString(),
                        row.getBytes("begins").length == 0 ? null : shown(row.getBytes("begins")),
                        shown(row.getBytes("until")),
                        row.getString("state"),
                        row.getInt("pages"),
                        row.getLong("entries"),
                        shown(row.getBytes("first_name")),
                        shown(row.getBytes("last_name")),
                        row.getString("reason"),
                        row.getLong("seq")))
                .list();
    }

    private static @Nullable String shown(byte @Nullable [] name) {
        return name == null ? null : KeyBytes.of(name).toString();
    }

    /** Where a page of lines ended. */
    record Position(String outcome, UUID id) {}

    record Line(ReportLine line, Position position) {}

    enum ChangeKind {
        NEW,
        CHANGED,
        MOVED,
        VANISHED
    }

    /** @param type the name's extension in lower case, or empty */
    record Change(String type, ChangeKind change, long files, long bytes) {}

    /**
     * One folder, or a range of its names, as a run listed it: the proof of what it saw.
     *
     * @param begins its names come after this one; null: at the folder's beginning
     * @param until its last name may be this one; null: the folder's end
     * @param seq its place in the listing
     */
    record ScopeLine(
            UUID folder,
            String path,
            @Nullable String begins,
            @Nullable String until,
            String state,
            int pages,
            long entries,
            @Nullable String first,
            @Nullable String last,
            @Nullable String reason,
            long seq) {}
}
