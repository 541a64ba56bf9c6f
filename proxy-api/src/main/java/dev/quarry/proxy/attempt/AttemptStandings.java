package dev.quarry.proxy.attempt;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** How attempts stand, for whoever watches their jobs. */
@Repository
class AttemptStandings {
    private final JdbcClient jdbc;

    AttemptStandings(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** State, and how long an attempt has been silent, and claimed. */
    record Standing(
            UUID attempt,
            AttemptState state,
            long silentMillis,
            @Nullable Long claimedMillis) {}

    List<Standing> of(List<UUID> attempts) {
        return jdbc.sql("""
                        select id, state, (extract(epoch from now() - heard_at) * 1000)::bigint as silent,
                               (extract(epoch from now() - claimed_at) * 1000)::bigint as claimed
                        from quarry.job_attempt
                        where tenant = quarry.tenant() and id = any (?)""")
                .param(attempts.toArray(UUID[]::new))
                .query((row, i) -> new Standing(
                        row.getObject("id", UUID.class),
                        AttemptState.valueOf(row.getString("state")),
                        row.getLong("silent"),
                        row.getObject("claimed", Long.class)))
                .list();
    }
}
