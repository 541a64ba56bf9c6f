package dev.quarry.proxy.attempt;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of artifacts whose bytes lie in the artifact store already. The same bytes again are the same; others are refused. */
@Component
class Artifacts {
    private final TenantTransactions transactions;
    private final AttemptRows attempts;
    private final AttemptAccess access;
    private final JdbcClient jdbc;

    Artifacts(TenantTransactions transactions, AttemptRows attempts, AttemptAccess access, JdbcClient jdbc) {
        this.transactions = transactions;
        this.attempts = attempts;
        this.access = access;
        this.jdbc = jdbc;
    }

    void record(
            AttemptTokens.Claims claims,
            int n,
            String member,
            String extractor,
            String name,
            byte[] sha256,
            long bytes) {
        byte[] memberSha256 = ResultLines.sha256(LineText.clean(member, 1024).getBytes(StandardCharsets.UTF_8));
        transactions.run(claims.tenant(), () -> {
            access.check(claims, attempts::share);
            Object[] key = {claims.attempt(), n, memberSha256, extractor, name};
            int inserted = jdbc.sql("""
                            insert into quarry.artifact (tenant, id, attempt, n, member_sha256, extractor, name, sha256, bytes)
                            select a.tenant, ?, a.attempt, a.n, ?, ?, ?, ?, ? from quarry.attempt_item a
                            where a.tenant = quarry.tenant() and a.attempt = ? and a.n = ?
                            on conflict (tenant, attempt, n, member_sha256, extractor, name) do nothing""")
                    .params(UUID.randomUUID(), memberSha256, extractor, name, sha256, bytes, claims.attempt(), n)
                    .update();
            if (inserted == 0 && !Arrays.equals(before(key), sha256)) {
                throw Problem.conflict("other_content", "artifact '" + name + "' has other bytes already");
            }
        });
    }

    private byte[] before(Object[] key) {
        return jdbc.sql("""
                        select sha256 from quarry.artifact
                        where tenant = quarry.tenant() and attempt = ? and n = ? and member_sha256 = ? and extractor = ? and name = ?""")
                .params(key)
                .query(byte[].class)
                .optional()
                .orElseThrow(() -> Problem.notFound("item", key[1]));
    }
}
