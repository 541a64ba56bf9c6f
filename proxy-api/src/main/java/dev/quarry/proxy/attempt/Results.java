package dev.quarry.proxy.attempt;

import dev.quarry.proxy.limit.Uploads;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/** Records result lines of a running attempt: those of a batch in one transaction, or, if the database refuses one of them, each in its own. */
@Component
class Results {
    private static final Logger LOG = LoggerFactory.getLogger(Results.class);
    private static final int MAX_LINE = 16 * 1024 * 1024;

    private final TenantTransactions transactions;
    private final AttemptRows attempts;
    private final AttemptAccess access;
    private final ResultLines lines;
    private final ResultRows rows;
    private final Uploads uploads;
    private final RecordingBudget budget;

    Results(
            TenantTransactions transactions,
            AttemptRows attempts,
            AttemptAccess access,
            ResultLines lines,
            ResultRows rows,
            Uploads uploads,
            RecordingBudget budget) {
        this.transactions = transactions;
        this.attempts = attempts;
        this.access = access;
        this.lines = lines;
        this.rows = rows;
        this.uploads = uploads;
        this.budget = budget;
    }

    /** One answer per line, in order. Each batch is parsed before its transaction begins, and no transaction is longer than a batch. */
    List<LineAnswer> record(AttemptTokens.Claims claims, List<ByteBuffer> sent) {
        List<LineAnswer> answers = new ArrayList<>();
        Tally tally = new Tally(budget.extractors(claims));
        while (answers.size() < sent.size()) {
            int first = answers.size();
            LineBatch batch = LineBatch.from(sent.subList(first, sent.size()));
            try (Uploads.Taken memory = uploads.reading(batch.memory())) {
                List<Write> writes = new ArrayList<>();
                for (ByteBuffer line : batch.lines()) {
                    writes.add(parse(first + writes.size() + 1, line, tally));
                }
                answers.addAll(write(claims, writes));
            }
        }
        budget.recorded(
                claims, tally.rows, sent.stream().mapToLong(ByteBuffer::limit).sum());
        return answers;
    }

    /** A line to write, or the answer to one that cannot be. */
    private record Write(int number, Function<UUID, ResultRows.Outcome> write) {
        LineAnswer to(UUID attempt) {
            ResultRows.Outcome outcome = write.apply(attempt);
            return new LineAnswer(number, outcome.status(), outcome.detail());
        }
    }

    private Write parse(int number, ByteBuffer line, Tally tally) {
        if (line.limit() > MAX_LINE) {
            return refused(number, 413, "the line has " + line.limit() + " bytes; at most " + MAX_LINE);
        }
        try {
            ResultLine parsed = lines.parse(line);
            return parsed instanceof ResultLine.Extraction extraction
                    ? tally.refusal(extraction)
                            .map(refusal -> refused(number, refusal.status(), String.valueOf(refusal.detail())))
                            .orElseGet(() -> new Write(number, attempt -> rows.extraction(attempt, extraction)))
                    : new Write(number, attempt -> store(attempt, parsed));
        } catch (ResultLine.Malformed malformed) {
            return refused(number, 422, String.valueOf(malformed.getMessage()));
        }
    }

    /** What one request records. */
    private static final class Tally {
        private static final int MOST_SEGMENTS = 300_000;

        private final Set<String> extractors;
        private int segments;
        private long rows;

        Tally(Set<String> extractors) {
            this.extractors = extractors;
        }

        Optional<ResultRows.Outcome> refusal(ResultLine.Extraction line) {
            if (!extractors.contains(line.extractor())) {
                return Optional.of(ResultRows.Outcome.refused(
                        422, "extractor '" + line.extractor() + "' is not of this attempt's lane: " + extractors));
            }
            int more = line.segments().size();
            if (segments + more > MOST_SEGMENTS) {
                return Optional.of(ResultRows.Outcome.refused(
                        413, "more than " + MOST_SEGMENTS + " segments in a request; send this line in another"));
            }
            segments += more;
            rows += more + 1;
            return Optional.empty();
        }
    }

    private static Write refused(int number, int status, String detail) {
        return new Write(number, attempt -> ResultRows.Outcome.refused(status, detail));
    }

    private ResultRows.Outcome store(UUID attempt, ResultLine line) {
        return line instanceof ResultLine.Started started
                ? rows.started(attempt, started)
                : rows.done(attempt, (ResultLine.Done) line);
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

    private static String sqlState(DataIntegrityViolationException refused) {
        return refused.getMostSpecificCause() instanceof SQLException cause ? cause.getSQLState() : "unknown";
    }
}
