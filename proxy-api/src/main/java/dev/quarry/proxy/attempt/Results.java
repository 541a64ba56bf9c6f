package dev.quarry.proxy.attempt;

import dev.quarry.proxy.tenant.TenantTransactions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Records result lines of a running attempt: all in one transaction, or, if the database refuses one of them, each in its own. */
@Component
class Results {
    private static final Logger LOG = LoggerFactory.getLogger(Results.class);
    private static final int MAX_LINE = 16 * 1024 * 1024;

    private final TenantTransactions transactions;
    private final AttemptRows attempts;
    private final AttemptAccess access;
    private final ResultLines lines;
    private final ResultRows rows;
    private final JdbcClient jdbc;

    Results(
            TenantTransactions transactions,
            AttemptRows attempts,
            AttemptAccess access,
            ResultLines lines,
            ResultRows rows,
            JdbcClient jdbc) {
        this.transactions = transactions;
        this.attempts = attempts;
        this.access = access;
        this.lines = lines;
        this.rows = rows;
        this.jdbc = jdbc;
    }

    /** One answer per line, in order. Parsing is done before the transaction begins. */
    List<LineAnswer> record(AttemptTokens.Claims claims, List<byte[]> sent) {
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            writes.add(parse(i + 1, sent.get(i)));
        }
        List<LineAnswer> answers = write(claims, writes);
        heard(claims);
        return answers;
    }

    /** A line to write, or the answer to one that cannot be. */
    private record Write(int number, Function<UUID, ResultRows.Outcome> write) {
        LineAnswer to(UUID attempt) {
            ResultRows.Outcome outcome = write.apply(attempt);
            return new LineAnswer(number, outcome.status(), outcome.detail());
        }
    }

    private Write parse(int number, byte[] line) {
        if (line.length > MAX_LINE) {
            return refused(number, 413, "the line has " + line.length + " bytes; at most " + MAX_LINE);
        }
        try {
            ResultLine parsed = lines.parse(line);
            return new Write(number, attempt -> store(attempt, parsed));
        } catch (ResultLine.Malformed malformed) {
            return refused(number, 422, String.valueOf(malformed.getMessage()));
        }
    }

    private static Write refused(int number, int status, String detail) {
        return new Write(number, attempt -> ResultRows.Outcome.refused(status, detail));
    }

    private ResultRows.Outcome store(UUID attempt, ResultLine line) {
        if (line instanceof ResultLine.Started started) {
            return rows.started(attempt, started);
        }
        if (line instanceof ResultLine.Done done) {
            return rows.done(attempt, done);
        }
        return rows.extraction(attempt, (ResultLine.Extraction) line);
    }

    private List<LineAnswer> write(AttemptTokens.Claims claims, List<Write> writes) {
        try {
            return transactions.in(claims.tenant(), () -> {
                share(claims);
                return writes.stream().map(write -> write.to(claims.attempt())).toList();
            });
        } catch (DataIntegrityViolationException refused) {
            // The state alone: the database's words may quote what was in a customer's file.
            LOG.warn(
                    "attempt {}: the database refused one of {} lines (SQLSTATE {}), writing them one by one",
                    claims.attempt(),
                    writes.size(),
                    sqlState(refused));
            return writes.stream().map(write -> alone(claims, write)).toList();
        }
    }

    private LineAnswer alone(AttemptTokens.Claims claims, Write write) {
        try {
            return transactions.in(claims.tenant(), () -> {
                share(claims);
                return write.to(claims.attempt());
            });
        } catch (DataIntegrityViolationException refused) {
            return new LineAnswer(write.number(), 422, "the database does not take this line");
        }
    }

    /** The shared lock holds the attempt open until this transaction ends: nothing slips in after a close. */
    private void share(AttemptTokens.Claims claims) {
        access.check(claims, attempts::share);
    }

    /** Apart from the writing, which holds a shared lock of the row: upgrading it would deadlock with another request's. */
    private void heard(AttemptTokens.Claims claims) {
        transactions.run(
                claims.tenant(), () -> jdbc.sql("""
                        update quarry.job_attempt set heard_at = now()
                        where tenant = quarry.tenant() and id = ? and state = 'RUNNING' and heard_at < now() - interval '1 second'""").param(claims.attempt()).update());
    }

    private static String sqlState(DataIntegrityViolationException refused) {
        return refused.getMostSpecificCause() instanceof SQLException cause ? cause.getSQLState() : "unknown";
    }
}
