package dev.quarry.proxy.attempt;

import static dev.quarry.proxy.attempt.AttemptRows.numbers;
import static dev.quarry.proxy.attempt.AttemptRows.timestamp;

import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Attempts as they begin, each with the next epoch of its unit. In a transaction that holds the unit's lock. */
@Repository
class NewAttempts {
    private final JdbcClient jdbc;

    NewAttempts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A new PENDING attempt for the given items, which are missing; the unit's epoch grows by one. */
    UUID insert(
            UnitRow unit,
            UUID requestId,
            List<Integer> items,
            boolean ticketPrivate,
            int keyVersion,
            Instant ticketExpires,
            Instant hardDeadline,
            AttemptRow.AskedFor askedFor) {
        UUID id = UUID.randomUUID();
        int epoch = nextEpoch(unit);
        jdbc.sql("""
                        insert into quarry.job_attempt (tenant, id, run, unit, epoch, request_id, state, job_id, ticket_key_version, ticket_expires, ticket_private,
                                                        hard_deadline, byte_budget, image, node_class, cpu_mhz, memory_mb, disk_mb, max_runtime_seconds,
                                                        exhausted, exhausted_detail)
                        select quarry.tenant(), :id, :run, :unit, :epoch, :request, 'PENDING', :job, :key, :expires, :private, :deadline,
                               2 * coalesce(sum(size), 0) + 67108864, :image, :nodeClass, :cpu, :memory, :disk, :runtime, :exhausted, :exhaustedDetail
                        from quarry.unit_item where tenant = quarry.tenant() and unit = :unit and n = any (:items)""")
                .param("id", id)
                .param("run", unit.run())
                .param("unit", unit.id())
                .param("epoch", epoch)
                .param("request", requestId)
                .param("job", jobId(unit.id(), epoch))
                .param("key", keyVersion)
                .param("expires", timestamp(ticketExpires))
                .param("private", ticketPrivate)
                .param("deadline", timestamp(hardDeadline))
                .param("image", askedFor.image())
                .param("nodeClass", askedFor.nodeClass(), Types.VARCHAR)
                .param("cpu", askedFor.size().cpuMhz())
                .param("memory", askedFor.size().memoryMb())
                .param("disk", askedFor.size().diskMb())
                .param("runtime", askedFor.maxRuntimeSeconds())
                .param(
                        "exhausted",
                        askedFor.exhausted() == null
                                ? null
                                : askedFor.exhausted().name(),
                        Types.VARCHAR)
                .param("exhaustedDetail", askedFor.exhaustedDetail(), Types.VARCHAR)
                .param("items", numbers(items))
                .update();
        jdbc.sql("""
                        insert into quarry.attempt_item (tenant, attempt, n, file, version, size)
                        select tenant, :id, n, file, version, size from quarry.unit_item
                        where tenant = quarry.tenant() and unit = :unit and n = any (:items)""")
                .param("id", id)
                .param("unit", unit.id())
                .param("items", numbers(items))
                .update();
        return id;
    }

    /** An epoch that nobody works in: whatever was under way is stale from now on. */
    int burnEpoch(UnitRow unit) {
        int epoch = nextEpoch(unit);
        jdbc.sql("""
                        insert into quarry.job_attempt (tenant, id, run, unit, epoch, request_id, state, job_id, ticket_key_version, ticket_expires, ticket_private,
                                                        hard_deadline, byte_budget, end_known, closed_at)
                        values (quarry.tenant(), ?, ?, ?, ?, ?, 'CANCELLED', ?, 0, now(), false, now(), 0, true, now())""")
                .params(UUID.randomUUID(), unit.run(), unit.id(), epoch, UUID.randomUUID(), jobId(unit.id(), epoch))
                .update();
        return epoch;
    }

    private int nextEpoch(UnitRow unit) {
        int epoch = unit.epoch() + 1;
        jdbc.sql("update quarry.unit set epoch = ? where tenant = quarry.tenant() and id = ?")
                .params(epoch, unit.id())
                .update();
        return epoch;
    }

    private static String jobId(UUID unit, int epoch) {
        return "q-" + unit + "-" + epoch;
    }
}
