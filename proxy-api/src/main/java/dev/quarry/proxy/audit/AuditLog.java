package dev.quarry.proxy.audit;

import dev.quarry.proxy.limit.RateLimits;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** The audit log: rows that this program can add and read, and neither change nor delete. */
@Component
public class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    private final TenantTransactions transactions;
    private final JdbcClient jdbc;
    private final RateLimits limits;

    AuditLog(TenantTransactions transactions, JdbcClient jdbc, RateLimits limits) {
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.limits = limits;
    }

    /** A line with its number, by which pages go. */
    record Line(
            long n, String tenant, Instant at, String who, String what, String object, String address, int status) {}

    /** After the fact: if the database is away by then, the line stands in this process' log alone. */
    public void record(AuditEntry entry) {
        try {
            transactions.run(entry.tenant(), () -> insert(entry));
        } catch (DataAccessException | TransactionException away) {
            LOG.error("not in the audit log: {}: {}", entry, away.getMessage());
        }
    }

    /** The same for what can be done as often as somebody likes: what is too often of one source is in this process' log alone. */
    public void recordBounded(String source, AuditEntry entry) {
        if (limits.line(entry.what() + " " + source)) {
            record(entry);
        } else {
            LOG.debug("too often for the audit log: {}", entry);
        }
    }

    private void insert(AuditEntry entry) {
        jdbc.sql("insert into quarry.audit (tenant, who, what, object, address, status) values (?, ?, ?, ?, ?, ?)")
                .params(
                        entry.tenant().value(),
                        entry.who(),
                        entry.what(),
                        entry.object(),
                        entry.address(),
                        entry.status())
                .update();
    }

    /** Newest first, those before {@code before}. */
    List<Line> ofTenant(TenantId tenant, long before, int limit) {
        return transactions.in(
                tenant,
                () -> jdbc.sql("""
                        select a.n, t.name as tenant, a.at, a.who, a.what, a.object, a.address, a.status
                        from quarry.audit a left join quarry.tenant t on t.id = a.tenant
                        where a.tenant = ? and a.n < ? order by a.n desc limit ?""")
                        .params(tenant.value(), before, limit)
                        .query(AuditLog::line)
                        .list());
    }

    /** Of all tenants and of the deployment. */
    List<Line> ofAll(long before, int limit) {
        return jdbc.sql("""
                        select a.n, t.name as tenant, a.at, a.who, a.what, a.object, a.address, a.status
                        from quarry.audit_of_all(?, ?) a left join quarry.tenant t on t.id = a.tenant order by a.n desc""").params(before, limit).query(AuditLog::line).list();
    }

    private static Line line(ResultSet row, int number) throws SQLException {
        String tenant = row.getString("tenant");
        return new Line(
                row.getLong("n"),
                tenant == null ? "" : tenant,
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("who"),
                row.getString("what"),
                row.getString("object"),
                row.getString("address"),
                row.getInt("status"));
    }
}
