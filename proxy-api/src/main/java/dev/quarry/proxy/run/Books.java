package dev.quarry.proxy.run;

import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Whether a run adds up: its counters against the units, against the ledger file by file, and the ledger against the search rows. */
@Component
class Books {
    private static final String RUN = """
            select r.listed, r.unchanged, r.moved, r.filtered, r.carried, r.dispatched, r.withdrawn, r.too_large, r.archived, r.no_content as listing_no_content,
                   r.listing_complete and not r.gaps and r.key_list is null as whole,
                   count(u.id) filter (where u.state = 'OPEN') as open_units,
                   count(u.id) filter (where u.state = 'DONE' and u.indexed + u.no_content + u.filtered + u.failed <> u.files) as wrong_units,
                   coalesce(sum(u.indexed), 0) as indexed, coalesce(sum(u.no_content), 0) as no_content, coalesce(sum(u.filtered), 0) as unit_filtered,
                   coalesce(sum(u.failed), 0) as failed
            from quarry.run r left join quarry.unit u on u.tenant = r.tenant and u.run = r.id
            where r.tenant = :tenant and r.id = :run group by r.tenant, r.id""";

    private static final String LEDGER = """
            select count(*) as files,
                   count(*) filter (where f.outcome = 'FILTERED') as filtered,
                   count(*) filter (where f.outcome in ('INDEXED', 'NO_CONTENT') and f.generation < :generation and f.moved_generation is distinct from :generation) as unchanged,
                   count(*) filter (where f.outcome in ('INDEXED', 'NO_CONTENT') and f.generation < :generation and f.moved_generation = :generation) as moved,
                   count(*) filter (where f.outcome = 'FAILED' and f.generation < :generation) as carried,
                   count(*) filter (where f.outcome = 'PENDING' and f.generation < :generation and :dispatch) as left_over,
                   count(*) filter (where f.outcome = 'INDEXED' and f.generation = :generation) as indexed,
                   count(*) filter (where f.outcome = 'NO_CONTENT' and f.generation = :generation) as no_content,
                   count(*) filter (where f.outcome = 'FAILED' and f.generation = :generation) as failed,
                   count(*) filter (where f.outcome = 'PENDING' and (f.generation = :generation or not :dispatch)) as pending,
                   count(*) filter (where f.outcome in ('INDEXED', 'NO_CONTENT') and d.file is null) as not_found,
                   count(*) filter (where f.outcome not in ('INDEXED', 'NO_CONTENT', 'PENDING') and d.file is not null) as found_wrongly,
                   (select count(*) from quarry.search_document where tenant = :tenant and store = :store) - count(d.file)
                     - (select count(*) from quarry.file k join quarry.search_document kd on kd.tenant = k.tenant and kd.file = k.id
                        where k.tenant = :tenant and k.store = :store and k.vanished_generation = :kept) as found_without_file
            from quarry.file f left join quarry.search_document d on d.tenant = f.tenant and d.file = f.id
            where f.tenant = :tenant and f.store = :store and f.vanished_generation is distinct from :kept""";

    private final TenantTransactions transactions;
    private final JdbcClient jdbc;

    Books(TenantTransactions transactions, JdbcClient jdbc) {
        this.transactions = transactions;
        this.jdbc = jdbc;
    }

    /** What does not add up, for people; empty if all does. The run must not be LIVE. Vanished files are in no sum, unless they should be deleted. */
    Optional<String> balance(TenantId tenant, RunRow run, RunState end) {
        return transactions.in(tenant, () -> {
            Numbers counted = numbers(RUN, tenant, run);
            Numbers ledger = numbers(LEDGER, tenant, run);
            List<String> wrong = new ArrayList<>();
            counters(counted, run, end).check(wrong);
            files(counted, ledger, run.dispatch()).check(wrong);
            return wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", wrong));
        });
    }

    private static Checks counters(Numbers counted, RunRow run, RunState end) {
        Checks checks = new Checks();
        checks.same(
                "listed",
                counted.get("listed"),
                "unchanged, carried, filtered, moved, concluded at once and dispatched",
                counted.sum(
                        "unchanged",
                        "carried",
                        "filtered",
                        "moved",
                        "listing_no_content",
                        "too_large",
                        "archived",
                        "dispatched"));
        checks.same("units done whose items do not add up", counted.get("wrong_units"), "none", 0);
        if (end != RunState.ABORTED) {
            checks.same("open units", counted.get("open_units"), "none", 0);
        }
        if (end != RunState.ABORTED && run.dispatch()) {
            checks.same("pending files", pending(counted), "none", 0);
        }
        return checks;
    }

    private static Checks files(Numbers counted, Numbers ledger, boolean dispatch) {
        Checks checks = new Checks();
        checks.same("indexed by units", counted.get("indexed"), "in the ledger", ledger.get("indexed"));
        checks.same(
                "without content by units and listing",
                counted.sum("no_content", "listing_no_content"),
                "in the ledger",
                ledger.get("no_content"));
        checks.same(
                "failed in this run",
                counted.sum("failed", "withdrawn", "too_large", "archived"),
                "in the ledger",
                ledger.get("failed"));
        if (dispatch || counted.get("whole") == 1) {
            checks.same("pending", pending(counted), "in the ledger", ledger.get("pending"));
        }
        if (counted.get("whole") == 1) {
            checks.same("listed", counted.get("listed"), "files in the ledger", ledger.get("files"));
            checks.same("unchanged", counted.get("unchanged"), "in the ledger", ledger.get("unchanged"));
            checks.same("moved", counted.get("moved"), "in the ledger", ledger.get("moved"));
            checks.same("carried", counted.get("carried"), "in the ledger", ledger.get("carried"));
            checks.same("filtered", counted.sum("filtered", "unit_filtered"), "in the ledger", ledger.get("filtered"));
            checks.same("pending since an earlier run", ledger.get("left_over"), "none", 0);
        }
        checks.same("files that search cannot find", ledger.get("not_found"), "none", 0);
        checks.same(
                "search rows of files that have none to show",
                ledger.sum("found_wrongly", "found_without_file"),
                "none",
                0);
        return checks;
    }

    private static long pending(Numbers counted) {
        return counted.get("dispatched")
                - counted.sum("indexed", "no_content", "unit_filtered", "failed")
                - counted.get("withdrawn");
    }

    private Numbers numbers(String sql, TenantId tenant, RunRow run) {
        return new Numbers(jdbc.sql(sql)
                .param("tenant", tenant.value())
                .param("run", run.id())
                .param("store", run.store())
                .param("generation", run.generation())
                .param("dispatch", run.dispatch())
                .param("kept", run.deletion().equals(Optional.of(Deletion.Decision.ALLOWED)) ? -1 : run.generation())
                .query()
                .singleRow());
    }

    private record Numbers(Map<String, Object> row) {
        long get(String name) {
            Object value = row.get(name);
            if (value instanceof Boolean truth) {
                return truth ? 1 : 0;
            }
            if (value instanceof Number number) {
                return number.longValue();
            }
            throw new IllegalStateException("no number '" + name + "'");
        }

        long sum(String... names) {
            long sum = 0;
            for (String name : names) {
                sum += get(name);
            }
            return sum;
        }
    }

    private static final class Checks {
        private final List<String> wrong = new ArrayList<>();

        void same(String what, long one, String than, long other) {
            if (one != other) {
                wrong.add(what + " " + one + ", " + than + " " + other);
            }
        }

        void check(List<String> into) {
            into.addAll(wrong);
        }
    }
}
