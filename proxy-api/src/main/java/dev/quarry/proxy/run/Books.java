package dev.quarry.proxy.run;

import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    private final TenantTransactions transactions;
    private final LedgerSums sums;
    private final JdbcClient jdbc;

    Books(TenantTransactions transactions, LedgerSums sums, JdbcClient jdbc) {
        this.transactions = transactions;
        this.sums = sums;
        this.jdbc = jdbc;
    }

    /**
     * The run must not be LIVE. Vanished files are in no sum, unless they should be deleted.
     *
     * @return empty if time ran out before the end: the next call goes on
     */
    Optional<Balance> balance(TenantId tenant, RunRow run, RunState end, Instant deadline) {
        return sums.of(tenant, run, end, deadline).map(ledger -> {
            Numbers counted = transactions.in(tenant, () -> counted(tenant, run));
            List<String> wrong = new ArrayList<>();
            counters(counted, run, end).check(wrong);
            files(counted, new Numbers(ledger), run.dispatch()).check(wrong);
            return new Balance(wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", wrong)));
        });
    }

    /** @param wrong what does not add up, for people; empty if all does */
    record Balance(Optional<String> wrong) {}

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
                ledger.get("found_wrongly") + ledger.get("documents") - ledger.get("found"),
                "none",
                0);
        return checks;
    }

    private static long pending(Numbers counted) {
        return counted.get("dispatched")
                - counted.sum("indexed", "no_content", "unit_filtered", "failed")
                - counted.get("withdrawn");
    }

    private Numbers counted(TenantId tenant, RunRow run) {
        Map<String, Long> numbers = new HashMap<>();
        jdbc.sql(RUN)
                .param("tenant", tenant.value())
                .param("run", run.id())
                .query()
                .singleRow()
                .forEach((name, value) -> numbers.put(name, number(value)));
        return new Numbers(numbers);
    }

    private static long number(Object value) {
        return value instanceof Boolean truth ? (truth ? 1 : 0) : ((Number) value).longValue();
    }

    private record Numbers(Map<String, Long> row) {
        long get(String name) {
            return Objects.requireNonNull(row.get(name), name);
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
