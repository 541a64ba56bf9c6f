package dev.quarry.proxy.unit;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.run.RunLimits;
import dev.quarry.proxy.run.RunRepository;
import dev.quarry.proxy.run.RunRow;
import dev.quarry.proxy.run.RunState;
import dev.quarry.proxy.run.Sequence;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Packs and hands out units. The run's row is locked meanwhile, so a repeated or concurrent call finds the answer of the first. */
@Component
class TakeUnits {
    /** Files packed by one call, so that its transaction stays short. */
    private static final int FILES = 20_000;

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final UnitRepository units;
    private final RunLimits limits;

    TakeUnits(TenantTransactions transactions, RunRepository runs, UnitRepository units, QuarrySettings settings) {
        this.transactions = transactions;
        this.runs = runs;
        this.units = units;
        this.limits = settings.run();
    }

    /**
     * Up to {@code max} units, none once the run is not LIVE or does not dispatch. A {@code seq} that is over gives those of its units that are
     * still open; if none is, those of the next number that has some.
     */
    TakenUnits take(TenantId tenant, UUID run, int seq, int max) {
        return transactions.in(tenant, () -> {
            RunRow row = runs.lock(tenant, run);
            if (Sequence.isOver(row.unitsSeq(), seq)) {
                return TakenUnits.again(units.openSince(tenant, run, seq), row.unitsSeq());
            }
            if (row.state() != RunState.LIVE || !row.dispatch()) {
                return new TakenUnits(seq, List.of());
            }
            List<PlannedUnit> planned = plan(tenant, row, max);
            units.insert(tenant, run, seq, planned);
            return new TakenUnits(seq, planned.stream().map(UnitRef::of).toList());
        });
    }

    private List<PlannedUnit> plan(TenantId tenant, RunRow run, int max) {
        int wanted = (int) Math.min(FILES, (long) max * limits.unitFiles());
        List<PendingFile> pending = units.pending(tenant, run, wanted);
        boolean last = run.listingComplete() && pending.size() < wanted;
        boolean idle = pending.size() == wanted || !units.anyOpen(tenant, run.id());
        return new Packing(limits, run.nextUnit(), max).pack(pending, last, idle);
    }
}
