package dev.quarry.proxy.file;

import dev.quarry.proxy.file.FileDetail.Artifact;
import dev.quarry.proxy.file.FileDetail.AskedFor;
import dev.quarry.proxy.file.FileDetail.Extraction;
import dev.quarry.proxy.file.FileDetail.TimelineEvent;
import dev.quarry.proxy.file.FileDetail.Used;
import dev.quarry.proxy.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** What is known of one file besides its row. Inside a tenant's transaction. */
@Repository
class FileDetails {
    private static final String TIMELINE = """
            with packed as (
              select r.generation, u.id as unit, u.created_at, i.concluded_at, i.outcome, i.reason from quarry.unit_item i
              join quarry.unit u on u.tenant = i.tenant and u.id = i.unit join quarry.run r on r.tenant = u.tenant and r.id = u.run
              where i.tenant = :tenant and i.file = :file),
            tried as (
              select r.generation, a.*, i.started_at, i.done_at, i.outcome as item_outcome, i.reason as item_reason from quarry.attempt_item i
              join quarry.job_attempt a on a.tenant = i.tenant and a.id = i.attempt join quarry.run r on r.tenant = a.tenant and r.id = a.run
              where i.tenant = :tenant and i.file = :file)
            select e.*, a.cpu_mhz, a.memory_mb, a.disk_mb, a.node_class, a.end_exit, a.peak_memory_mb, a.peak_disk_mb, a.cpu_seconds from (
              select created_at as at, 1 as rank, 'packed' as what, generation, unit, null::int as epoch, null::text as job, null::text as detail,
                null::uuid as asking, null::uuid as ending from packed
              union all select opened_at, 2, 'opened', generation, unit, epoch, job_id, exhausted_detail, id, null from tried
              union all select claimed_at, 3, 'claimed', generation, unit, epoch, job_id, null, null, null from tried
              union all select started_at, 4, 'started', generation, unit, epoch, job_id, null, null, null from tried
              union all select done_at, 5, 'done', generation, unit, epoch, job_id, concat_ws(' ', item_outcome, item_reason), null, null from tried
              union all select closed_at, 6, lower(state), generation, unit, epoch, job_id,
                concat_ws(' ', end_state, 'exit ' || end_exit, end_reason, case when not proven then '(not proven)' end), null, id from tried where state in ('SETTLED', 'CANCELLED')
              union all select concluded_at, 7, 'concluded', generation, unit, null, null, concat_ws(' ', outcome, reason), null, null from packed) e
            left join tried a on a.id = coalesce(e.asking, e.ending)
            where at is not null order by at, rank limit 1000""";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    FileDetails(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Those that count for the version last concluded; at most 1,000. */
    List<Extraction> extractions(TenantId tenant, FileRow file) {
        Map<UUID, List<Artifact>> artifacts = artifacts(tenant, file.file());
        return jdbc.sql("""
                        select id, extractor, extractor_version as version_of, member, status, reason, detail, media_type, metadata, left(text, 10000) as text,
                               text_chars, text_sha256, partial, isolation, millis, recorded_at
                        from quarry.extraction
                        where tenant = :tenant and file = :file and counts and version = :version order by member, extractor limit 1000""")
                .param("tenant", tenant.value())
                .param("file", file.file())
                .param("version", file.concludedVersion() == null ? "" : file.concludedVersion())
                .query((row, n) -> extraction(row, artifacts))
                .list();
    }

    private Extraction extraction(ResultSet row, Map<UUID, List<Artifact>> artifacts) throws SQLException {
        String metadata = row.getString("metadata");
        return new Extraction(
                row.getString("extractor"),
                row.getString("version_of"),
                row.getString("member"),
                row.getString("status"),
                row.getString("reason"),
                row.getString("detail"),
                row.getString("media_type"),
                metadata == null ? null : json.readTree(metadata),
                row.getString("text"),
                row.getObject("text_chars", Long.class),
                row.getString("text_sha256"),
                List.of((String[]) row.getArray("partial").getArray()),
                artifacts.getOrDefault(row.getObject("id", UUID.class), List.of()),
                List.of((String[]) row.getArray("isolation").getArray()),
                row.getObject("millis", Long.class),
                row.getObject("recorded_at", OffsetDateTime.class).toInstant());
    }

    private Map<UUID, List<Artifact>> artifacts(TenantId tenant, UUID file) {
        return jdbc
                .sql("""
                        select a.extraction, a.id, a.name, a.media_type, a.bytes from quarry.extraction e
                        join quarry.artifact a on a.tenant = e.tenant and a.extraction = e.id
                        where e.tenant = ? and e.file = ? and e.counts order by a.name limit 1000""")
                .params(tenant.value(), file)
                .query((row, n) -> Map.entry(
                        row.getObject("extraction", UUID.class),
                        new Artifact(
                                row.getObject("id", UUID.class),
                                row.getString("name"),
                                row.getString("media_type"),
                                row.getLong("bytes"))))
                .list()
                .stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    /** Units, attempts and ends of this file, oldest first. */
    List<TimelineEvent> timeline(TenantId tenant, UUID file) {
        return jdbc.sql(TIMELINE)
                .param("tenant", tenant.value())
                .param("file", file)
                .query((row, n) -> new TimelineEvent(
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getString("what"),
                        row.getObject("generation", Integer.class),
                        row.getObject("unit", UUID.class),
                        row.getObject("epoch", Integer.class),
                        row.getString("job"),
                        emptyToNull(row.getString("detail")),
                        askedFor(row),
                        row.getObject("ending") == null ? null : row.getObject("end_exit", Integer.class),
                        used(row)))
                .list();
    }

    /** With the event at which the job is asked for, and only if there was to be one. */
    private static @Nullable AskedFor askedFor(ResultSet row) throws SQLException {
        return row.getObject("asking") == null || row.getObject("memory_mb") == null
                ? null
                : new AskedFor(
                        row.getInt("cpu_mhz"),
                        row.getInt("memory_mb"),
                        row.getInt("disk_mb"),
                        row.getString("node_class"));
    }

    /** With the event that ends the attempt. */
    private static @Nullable Used used(ResultSet row) throws SQLException {
        return row.getObject("ending") == null
                ? null
                : new Used(
                        row.getObject("peak_memory_mb", Integer.class),
                        row.getObject("peak_disk_mb", Integer.class),
                        row.getObject("cpu_seconds", Double.class));
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
