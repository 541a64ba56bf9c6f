package dev.quarry.proxy.attempt;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The calls of the attempt protocol that a worker makes (protocol.md, section 2). Each is one transaction that begins by locking the unit's row. */
@Component
class Attempts implements RunAttempts {
    private final TenantTransactions transactions;
    private final AttemptRows rows;
    private final AttemptGate gate;
    private final NewAttempts starts;
    private final AttemptStandings standings;
    private final UnitRows units;
    private final AttemptOpening opening;
    private final AttemptClosing closing;
    private final NewVersions versions;

    Attempts(
            TenantTransactions transactions,
            AttemptRows rows,
            AttemptGate gate,
            NewAttempts starts,
            AttemptStandings standings,
            UnitRows units,
            AttemptOpening opening,
            AttemptClosing closing,
            NewVersions versions) {
        this.transactions = transactions;
        this.rows = rows;
        this.gate = gate;
        this.starts = starts;
        this.standings = standings;
        this.units = units;
        this.opening = opening;
        this.closing = closing;
        this.versions = versions;
    }

    /**
     * What open is asked.
     *
     * @param selected item numbers; null is all
     * @param memoryFactor times the memory that its items need, at 1 unless they ran out of it before; disk likewise
     */
    record Opening(
            UUID requestId,
            int after,
            @Nullable List<Integer> selected,
            boolean ticketPrivate,
            int memoryFactor,
            int diskFactor) {}

    OpenAnswer open(TenantId tenant, UUID unit, Opening asked) {
        versions.pin(tenant, unit);
        return locked(tenant, unit, row -> opening.open(row, asked));
    }

    /** Saves the handle of an open attempt's job. */
    void handle(TenantId tenant, UUID attempt, String handle) {
        transactions.run(tenant, () -> {
            AttemptRow row = rows.lock(attempt).orElseThrow(() -> Problem.notFound("attempt", attempt));
            if (!row.state().isOpen()) {
                throw Problem.gone(
                        "attempt_closed", "attempt " + attempt + " is closed: stop the job that was submitted for it");
            }
            rows.saveHandle(attempt, handle);
        });
    }

    /**
     * What settle says.
     *
     * @param proven whether the attempt's results count, whoever closed it
     * @param putBack what the store would not give, or had changed: missing, to be tried again
     */
    record SettleAnswer(
            int epoch,
            boolean done,
            boolean proven,
            List<Integer> missing,
            List<Integer> suspects,
            List<Integer> putBack,
            List<StopJob> stopList) {}

    SettleAnswer settle(TenantId tenant, UUID unit, UUID requestId, JobEnd end) {
        return locked(tenant, unit, row -> {
            Optional<AttemptRow> attempt = rows.byRequest(unit, requestId);
            RunRow run = gate.shareRun(row.run());
            attempt.ifPresent(known -> {
                if (known.state().isOpen()) {
                    closing.close(known, run, AttemptState.SETTLED, end.provesTheAgentHeldTheToken());
                }
                rows.ended(known.id(), end);
            });
            boolean done = units.recount(unit);
            return new SettleAnswer(
                    row.epoch(),
                    done,
                    attempt.map(known -> rows.counted(known.id())).orElse(false),
                    units.missing(unit, null),
                    attempt.map(known -> units.suspects(known.id())).orElse(List.of()),
                    attempt.map(known -> units.putBack(known.id())).orElse(List.of()),
                    units.stopList(unit));
        });
    }

    /** What conclude and fence say. */
    record ConcludeAnswer(Kind answer, int epoch, boolean done, List<Integer> missing, List<StopJob> stopList) {
        enum Kind {
            OK,
            DONE,
            STALE
        }
    }

    /**
     * Of a run that is not LIVE nothing is concluded here, because its own end does that to what is still its own: its files may be another run's by now.
     * The caller has nothing left to do, which is what DONE says.
     *
     * @param after the newest epoch that the caller knows, or null for ANY (cancellation only)
     */
    ConcludeAnswer conclude(
            TenantId tenant,
            UUID unit,
            @Nullable List<Integer> items,
            @Nullable Integer after,
            FailReason reason,
            String detail) {
        return locked(tenant, unit, row -> {
            if (row.done()) {
                return answer(ConcludeAnswer.Kind.DONE, row, row.epoch());
            }
            if (after != null && after != row.epoch()) {
                return answer(ConcludeAnswer.Kind.STALE, row, row.epoch());
            }
            RunRow run = gate.shareRun(row.run());
            rows.open(unit).ifPresent(open -> closing.close(open, run, AttemptState.CANCELLED, false));
            if (!run.live()) {
                return new ConcludeAnswer(ConcludeAnswer.Kind.DONE, row.epoch(), true, List.of(), units.stopList(unit));
            }
            closing.fail(row, run, units.missing(unit, items), reason, detail);
            return answer(ConcludeAnswer.Kind.OK, row, row.epoch());
        });
    }

    ConcludeAnswer fence(TenantId tenant, UUID unit, int after) {
        return locked(tenant, unit, row -> {
            if (row.done()) {
                return answer(ConcludeAnswer.Kind.DONE, row, row.epoch());
            }
            if (after != row.epoch()) {
                return answer(ConcludeAnswer.Kind.STALE, row, row.epoch());
            }
            RunRow run = gate.shareRun(row.run());
            rows.open(unit).ifPresent(open -> closing.close(open, run, AttemptState.CANCELLED, false));
            if (units.recount(unit)) {
                return answer(ConcludeAnswer.Kind.DONE, row, row.epoch());
            }
            return answer(ConcludeAnswer.Kind.OK, row, starts.burnEpoch(row));
        });
    }

    List<AttemptStandings.Standing> standings(TenantId tenant, List<UUID> attempts) {
        return transactions.in(tenant, () -> standings.of(attempts));
    }

    @Override
    public void closeAll(TenantId tenant, UUID run) {
        for (UUID unit : transactions.in(tenant, () -> units.open(run))) {
            locked(tenant, unit, row -> {
                RunRow closed = gate.shareRun(run);
                rows.open(unit).ifPresent(open -> closing.close(open, closed, AttemptState.CANCELLED, false));
                return units.recount(unit);
            });
        }
    }

    @Override
    public void cancel(TenantId tenant, UUID unit) {
        locked(tenant, unit, row -> {
            RunRow run = gate.shareRun(row.run());
            closing.fail(row, run, units.missing(unit, null), FailReason.CANCELLED, "");
            return units.recount(unit);
        });
    }

    @Override
    public List<StopJob> stopListOfRun(TenantId tenant, UUID run) {
        return transactions.in(tenant, () -> units.stopListOfRun(run));
    }

    @Override
    public List<StopJob> stopListOfAborted(TenantId tenant, UUID store) {
        return transactions.in(tenant, () -> units.stopListOfAborted(store));
    }

    @Override
    public List<StopJob> stopList(TenantId tenant, UUID unit) {
        return transactions.in(tenant, () -> units.stopList(unit));
    }

    private ConcludeAnswer answer(ConcludeAnswer.Kind kind, UnitRow row, int epoch) {
        boolean done = units.recount(row.id());
        return new ConcludeAnswer(kind, epoch, done, units.missing(row.id(), null), units.stopList(row.id()));
    }

    private <T> T locked(TenantId tenant, UUID unit, Function<UnitRow, T> work) {
        return transactions.in(
                tenant, () -> work.apply(units.lock(unit).orElseThrow(() -> Problem.notFound("unit", unit))));
    }
}
