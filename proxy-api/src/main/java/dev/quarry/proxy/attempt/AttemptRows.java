package dev.quarry.proxy.attempt;

import dev.quarry.proxy.lane.JobSize;
import dev.quarry.proxy.lane.JobSizes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The rows of attempts: found, locked, and moved on. Everything here runs inside a tenant's transaction that the caller began; locks are taken in the order
 * unit, attempt, run (shared), tenant.
 */
@Repository
class AttemptRows {
    private static final String ATTEMPT = """
            select id, run, unit, epoch, request_id, state, job_id, handle, nonce_sha256, proof_key, ticket_key_version, ticket_expires, ticket_private, token_serial,
                   hard_deadline, image, node_class, cpu_mhz, memory_mb, disk_mb, max_runtime_seconds, exhausted, exhausted_detail
            from quarry.job_attempt where tenant = quarry.tenant()""";

    private final JdbcClient jdbc;

    AttemptRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<AttemptRow> byRequest(UUID unit, UUID requestId) {
        return attempt(" and unit = ? and request_id = ? for update", unit, requestId);
    }

    Optional<AttemptRow> open(UUID unit) {
        return attempt(" and unit = ? and state in ('PENDING', 'RUNNING') for update", unit);
    }

    Optional<AttemptRow> read(UUID attempt) {
        return attempt(" and id = ?", attempt);
    }

    Optional<AttemptRow> lock(UUID attempt) {
        return attempt(" and id = ? for update", attempt);
    }

    /**
     * Many writers of one attempt at once, and none after its close, which locks the row FOR UPDATE. A key share lets the byte budget and the heartbeat be
     * updated meanwhile: with a plain share every download waited for the results of the one before.
     */
    Optional<AttemptRow> share(UUID attempt) {
        return attempt(" and id = ? for key share", attempt);
    }

    private Optional<AttemptRow> attempt(String where, Object... params) {
        return jdbc.sql(ATTEMPT + where).params(params).query(AttemptRows::map).optional();
    }

    void saveHandle(UUID attempt, String handle) {
        jdbc.sql("update quarry.job_attempt set handle = ? where tenant = quarry.tenant() and id = ?")
                .params(handle, attempt)
                .update();
    }

    void running(UUID attempt, byte[] nonceSha256, @Nullable String proofKey) {
        jdbc.sql("""
                        update quarry.job_attempt set state = 'RUNNING', nonce_sha256 = ?, proof_key = ?::text, token_serial = 1, claimed_at = now(), heard_at = now()
                        where tenant = quarry.tenant() and id = ? and state = 'PENDING'""").param(nonceSha256).param(proofKey).param(attempt).update();
    }

    void closed(UUID attempt, AttemptState to, boolean proven) {
        jdbc.sql(
                        "update quarry.job_attempt set state = ?, proven = ?, closed_at = now() where tenant = quarry.tenant() and id = ?")
                .params(to.name(), proven, attempt)
                .update();
    }

    /** Whether the results of a closed attempt count. */
    boolean counted(UUID attempt) {
        return jdbc.sql(
                        "select coalesce(proven, false) from quarry.job_attempt where tenant = quarry.tenant() and id = ?")
                .param(attempt)
                .query(Boolean.class)
                .single();
    }

    void ended(UUID attempt, JobEnd end) {
        jdbc.sql("""
                        update quarry.job_attempt set end_known = end_known or :known, end_state = coalesce(end_state, :state),
                               end_exit = coalesce(end_exit, :exit), end_reason = coalesce(end_reason, :reason)
                        where tenant = quarry.tenant() and id = :id""")
                .param("known", end.isKnown())
                .param("state", end.state().name())
                .param("exit", end.exitCode(), Types.INTEGER)
                .param("reason", end.reason() == null ? null : end.reason().replace("\0", ""), Types.VARCHAR)
                .param("id", attempt)
                .update();
    }

    /** Files and bytes of an attempt. */
    record Size(int files, long bytes) {}

    Size size(UUID attempt) {
        return jdbc.sql(
                        "select count(*), coalesce(sum(size), 0) from quarry.attempt_item where tenant = quarry.tenant() and attempt = ?")
                .param(attempt)
                .query((row, i) -> new Size(row.getInt(1), row.getLong(2)))
                .single();
    }

    Instant now() {
        return jdbc.sql("select now()").query(OffsetDateTime.class).single().toInstant();
    }

    static OffsetDateTime timestamp(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static Integer[] numbers(@Nullable List<Integer> items) {
        return items == null ? new Integer[0] : items.toArray(Integer[]::new);
    }

    private static AttemptRow map(ResultSet row, int i) throws SQLException {
        return new AttemptRow(
                row.getObject("id", UUID.class),
                row.getObject("run", UUID.class),
                row.getObject("unit", UUID.class),
                row.getInt("epoch"),
                row.getObject("request_id", UUID.class),
                AttemptState.valueOf(row.getString("state")),
                row.getString("job_id"),
                row.getString("handle"),
                row.getBytes("nonce_sha256"),
                row.getString("proof_key"),
                row.getInt("ticket_key_version"),
                row.getObject("ticket_expires", OffsetDateTime.class).toInstant(),
                row.getBoolean("ticket_private"),
                row.getInt("token_serial"),
                row.getObject("hard_deadline", OffsetDateTime.class).toInstant(),
                askedFor(row));
    }

    private static AttemptRow.@Nullable AskedFor askedFor(ResultSet row) throws SQLException {
        String image = row.getString("image");
        if (image == null) {
            return null;
        }
        String exhausted = row.getString("exhausted");
        return new AttemptRow.AskedFor(
                image,
                row.getString("node_class"),
                new JobSize(row.getInt("cpu_mhz"), row.getInt("memory_mb"), row.getInt("disk_mb")),
                row.getInt("max_runtime_seconds"),
                exhausted == null ? null : JobSizes.Exhausted.valueOf(exhausted),
                row.getString("exhausted_detail"));
    }
}
