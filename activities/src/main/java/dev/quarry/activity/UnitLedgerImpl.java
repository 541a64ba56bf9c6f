package dev.quarry.activity;

import dev.quarry.activity.control.ControlApi;
import dev.quarry.workflow.ConcludeAnswer;
import dev.quarry.workflow.FailReason;
import dev.quarry.workflow.JobEnd;
import dev.quarry.workflow.SettleAnswer;
import dev.quarry.workflow.UnitLedger;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class UnitLedgerImpl implements UnitLedger {
    private final ControlApi api;
    private final StrayJobs strays;

    UnitLedgerImpl(ControlApi api, StrayJobs strays) {
        this.api = api;
        this.strays = strays;
    }

    @Override
    public SettleAnswer settle(String unit, String requestId, JobEnd end) {
        return strays.stopped(ControlCalls.ask(() -> api.settle(unit, requestId, end)));
    }

    @Override
    public ConcludeAnswer conclude(
            String unit,
            @Nullable List<Integer> items,
            @Nullable Long after,
            FailReason outcome,
            @Nullable String detail) {
        return strays.stopped(ControlCalls.ask(() -> api.conclude(unit, items, after, outcome, detail)));
    }
}
