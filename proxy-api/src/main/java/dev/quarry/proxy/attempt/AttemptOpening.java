package dev.quarry.proxy.attempt;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.attempt.OpenAnswer.Kind;
import dev.quarry.proxy.lane.JobSizes;
import dev.quarry.proxy.lane.Lane;
import dev.quarry.proxy.lane.Lanes;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** protocol.md, section 2, open: its steps in its order. The caller holds the unit's lock. */
@Component
class AttemptOpening {
    private final AttemptRows rows;
    private final AttemptGate gate;
    private final NewAttempts starts;
    private final UnitRows units;
    private final AttemptClosing closing;
    private final Tickets tickets;
    private final Lanes lanes;
    private final AttemptLimits limits;

    AttemptOpening(
            AttemptRows rows,
            AttemptGate gate,
            NewAttempts starts,
            UnitRows units,
            AttemptClosing closing,
            Tickets tickets,
            Lanes lanes,
            QuarrySettings settings) {
        this.rows = rows;
        this.gate = gate;
        this.starts = starts;
        this.units = units;
        this.closing = closing;
        this.tickets = tickets;
        this.lanes = lanes;
        this.limits = settings.attempt();
    }

    OpenAnswer open(UnitRow unit, Attempts.Opening asked) {
        Optional<AttemptRow> known = rows.byRequest(unit.id(), asked.requestId());
        RunRow run = gate.shareRun(unit.run());
        if (known.isPresent()) {
            return known(unit, run, known.get());
        }
        if (unit.done()) {
            return answer(Kind.DONE, unit);
        }
        if (!run.live()) {
            return answer(Kind.RUN_CLOSED, unit);
        }
        if (unit.epoch() != asked.after()) {
            return answer(Kind.STALE, unit); // a late execution must not fence a newer attempt
        }
        if (run.paused()) {
            return refused("PAUSED", unit);
        }
        if (rows.open(unit.id()).isEmpty() && gate.capReached()) {
            return refused("TENANT_CAP", unit);
        }
        if (units.missing(unit.id(), asked.selected()).isEmpty()) {
            return answer(Kind.EMPTY, unit);
        }
        rows.open(unit.id()).ifPresent(predecessor -> closing.close(predecessor, run, AttemptState.CANCELLED, false));
        return insert(unit, run, asked);
    }

    private OpenAnswer known(UnitRow unit, RunRow run, AttemptRow attempt) {
        if (attempt.state() == AttemptState.PENDING && attempt.handle() == null && !isClaimable(attempt)) {
            closing.close(attempt, run, AttemptState.CANCELLED, false);
            return view(Kind.CLOSED, unit, run, rows.read(attempt.id()).orElseThrow());
        }
        return view(attempt.state().isOpen() ? Kind.OPEN : Kind.CLOSED, unit, run, attempt);
    }

    /** Whether the agent of a job that is submitted now could claim it. */
    private boolean isClaimable(AttemptRow attempt) {
        Instant now = rows.now();
        return !now.isAfter(attempt.ticketExpires())
                && !now.isAfter(attempt.hardDeadline())
                && tickets.of(attempt).isPresent();
    }

    private OpenAnswer insert(UnitRow unit, RunRow run, Attempts.Opening asked) {
        List<Integer> items = units.missing(unit.id(), asked.selected());
        if (items.isEmpty()) { // the predecessor's close promoted them all
            int epoch = starts.burnEpoch(unit);
            units.recount(unit.id());
            return OpenAnswer.of(Kind.EMPTY, epoch, units.stopList(unit.id()));
        }
        Instant now = rows.now();
        UUID id = starts.insert(
                unit,
                asked.requestId(),
                items,
                asked.ticketPrivate(),
                tickets.currentKeyVersion(),
                now.plus(limits.ticketLife()),
                now.plus(limits.hardDeadline()),
                askedFor(unit, items, asked));
        units.recount(unit.id());
        return view(Kind.OPEN, unit, run, rows.read(id).orElseThrow());
    }

    private AttemptRow.AskedFor askedFor(UnitRow unit, List<Integer> items, Attempts.Opening asked) {
        Lane lane = lanes.byName(unit.lane());
        JobSizes sizes = lanes.sizes(unit.lane());
        JobSizes.Enlarged enlarged =
                sizes.enlarge(sizes.of(units.sized(unit.id(), items)), asked.memoryFactor(), asked.diskFactor());
        return new AttemptRow.AskedFor(
                lane.image(),
                lane.nodeClass(),
                enlarged.size(),
                lane.maxRuntimeSeconds(),
                enlarged.exhausted(),
                enlarged.detail());
    }

    private OpenAnswer view(Kind kind, UnitRow unit, RunRow run, AttemptRow attempt) {
        AttemptRow.AskedFor job = attempt.askedFor();
        AttemptRows.Size size = rows.size(attempt.id());
        OpenAnswer.AttemptView view = new OpenAnswer.AttemptView(
                attempt.id(),
                attempt.epoch(),
                attempt.jobId(),
                attempt.state(),
                attempt.handle(),
                attempt.state() == AttemptState.PENDING ? tickets.of(attempt).orElse(null) : null,
                OpenAnswer.LaneView.of(unit.lane(), Objects.requireNonNull(job, "an attempt with a request has a job")),
                OpenAnswer.Exhausted.of(job),
                size.files(),
                size.bytes(),
                run.tenantName(),
                run.storeName(),
                run.workflowId() + "/g" + run.generation() + "/u" + unit.number(),
                limits.pendingDeadline().toSeconds(),
                limits.silence().toSeconds());
        return new OpenAnswer(kind, attempt.epoch(), view, null, null, units.stopList(unit.id()));
    }

    private OpenAnswer refused(String reason, UnitRow unit) {
        return new OpenAnswer(
                Kind.REFUSED, unit.epoch(), null, limits.retryRefused().toMillis(), reason, units.stopList(unit.id()));
    }

    private OpenAnswer answer(Kind kind, UnitRow unit) {
        return OpenAnswer.of(kind, unit.epoch(), units.stopList(unit.id()));
    }
}
