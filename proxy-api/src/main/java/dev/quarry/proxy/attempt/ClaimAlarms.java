package dev.quarry.proxy.attempt;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What people should look at of claims. */
@Repository
class ClaimAlarms {
    private final JdbcClient jdbc;

    ClaimAlarms(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void claimedTwice(UUID attempt) {
        jdbc.sql("update quarry.job_attempt set claimed_twice = true where tenant = quarry.tenant() and id = ?")
                .param(attempt)
                .update();
        jdbc.sql(
                        "insert into quarry.alarm (tenant, id, kind, attempt, detail) values (quarry.tenant(), ?, 'CLAIMED_TWICE', ?, ?)")
                .params(
                        UUID.randomUUID(),
                        attempt,
                        "a second claim with another nonce: a thief, or the cluster started the job twice; its results are discarded")
                .update();
    }
}
