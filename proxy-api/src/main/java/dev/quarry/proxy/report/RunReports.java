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

/** Which runs have a report, and their scopes. Inside a tenant's transaction. */
@Repository
class RunReports {
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
