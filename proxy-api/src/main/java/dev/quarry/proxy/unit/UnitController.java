package dev.quarry.proxy.unit;

import dev.quarry.proxy.attempt.RunAttempts;
import dev.quarry.proxy.attempt.StopJob;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.run.RunState;
import dev.quarry.proxy.run.RunTotals;
import dev.quarry.proxy.run.RunTotalsRepository;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/control/v1/runs/{run}/units")
class UnitController {
    private static final int MOST_TAKEN = 100;
    private static final int MOST_READ = 200;

    private final TenantLookup tenants;
    private final TenantTransactions transactions;
    private final TakeUnits takeUnits;
    private final UnitRepository units;
    private final RunTotalsRepository totals;
    private final RunAttempts attempts;

    UnitController(
            TenantLookup tenants,
            TenantTransactions transactions,
            TakeUnits takeUnits,
            UnitRepository units,
            RunTotalsRepository totals,
            RunAttempts attempts) {
        this.tenants = tenants;
        this.transactions = transactions;
        this.takeUnits = takeUnits;
        this.units = units;
        this.totals = totals;
        this.attempts = attempts;
    }

    @PostMapping
    UnitPage take(SiteAccess sites, @PathVariable UUID run, @RequestBody TakeRequest body) {
        if (body.seq() == null || body.max() == null || body.max() < 1 || body.max() > MOST_TAKEN) {
            throw Problem.invalid("malformed", "seq is needed, and max from 1 to " + MOST_TAKEN);
        }
        TenantId tenant = tenants.ofRun(sites, run);
        TakenUnits taken = takeUnits.take(tenant, run, body.seq(), body.max());
        return transactions.in(tenant, () -> page(tenant, run, taken));
    }

    /** Totals first: files that another call packs meanwhile are then counted twice, and not missed. A caller that is told of none asks no more. */
    private UnitPage page(TenantId tenant, UUID run, TakenUnits taken) {
        RunTotals now = totals.get(tenant, run);
        long left = now.unpacked() + units.filesOpenAfter(tenant, run, taken.seq());
        return new UnitPage(taken.seq(), taken.units(), left, now.listingComplete(), now.state());
    }

    @PostMapping("/read")
    List<UnitView> read(SiteAccess sites, @PathVariable UUID run, @RequestBody UnitIds body) {
        List<UUID> ids = body.units();
        if (ids == null || ids.size() > MOST_READ || ids.contains(null)) {
            throw Problem.invalid("malformed", "units must be a list of at most " + MOST_READ + " unit ids");
        }
        TenantId tenant = tenants.ofRun(sites, run);
        Map<UUID, UnitRepository.UnitStanding> known =
                transactions.in(tenant, () -> units.standings(tenant, run, ids)).stream()
                        .collect(Collectors.toMap(UnitRepository.UnitStanding::unit, Function.identity()));
        return ids.stream().map(id -> view(tenant, id, known.get(id))).toList();
    }

    private UnitView view(TenantId tenant, UUID id, UnitRepository.@Nullable UnitStanding unit) {
        return unit == null
                ? new UnitView(id, "UNKNOWN", 0, List.of())
                : new UnitView(id, unit.state(), unit.epoch(), attempts.stopList(tenant, id));
    }

    record TakeRequest(@Nullable Integer seq, @Nullable Integer max) {}

    record UnitPage(int seq, List<UnitRef> units, long unpacked, boolean listingComplete, RunState state) {}

    record UnitIds(@Nullable List<UUID> units) {}

    record UnitView(UUID unit, String state, int epoch, List<StopJob> stopList) {}
}
