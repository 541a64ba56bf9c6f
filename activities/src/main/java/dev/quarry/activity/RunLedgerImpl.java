package dev.quarry.activity;

import static dev.quarry.activity.ControlCalls.ask;

import dev.quarry.activity.control.ControlApi;
import dev.quarry.activity.control.Listed;
import dev.quarry.activity.control.StopJob;
import dev.quarry.activity.control.UnitState;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.workflow.CloseAnswer;
import dev.quarry.workflow.ConcludeAnswer;
import dev.quarry.workflow.OpenRun;
import dev.quarry.workflow.OpenedRun;
import dev.quarry.workflow.RunLedger;
import dev.quarry.workflow.RunSettings;
import dev.quarry.workflow.RunTotals;
import dev.quarry.workflow.UnitPage;
import dev.quarry.workflow.UnitVerdict;
import dev.quarry.workflow.UnitVerdict.Finding;
import dev.quarry.workflow.WatchReport;
import dev.quarry.workflow.WatchedUnit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class RunLedgerImpl implements RunLedger {
    private static final Logger LOG = LoggerFactory.getLogger(RunLedgerImpl.class);

    private final ControlApi api;
    private final StrayJobs strays;
    private final Children children;
    private final RunSettings settings;

    RunLedgerImpl(ControlApi api, StrayJobs strays, Children children, RunSettings settings) {
        this.api = api;
        this.strays = strays;
        this.children = children;
        this.settings = settings;
    }

    @Override
    public OpenedRun openRun(OpenRun request) {
        ControlApi.Run run = strays.stopped(ask(() -> api.openRun(
                request.workflowId(),
                request.firstExecutionRunId(),
                Instant.ofEpochMilli(request.chainStartedAtMillis()),
                request.dispatch(),
                request.keyList())));
        return new OpenedRun(
                run.run(), run.tenant(), run.store(), run.generation(), run.state(), run.window(), settings);
    }

    @Override
    public RunTotals advance(String run, long seq) {
        return ask(() -> api.advance(run, seq));
    }

    @Override
    public UnitPage takeUnits(String run, long seq, int max) {
        return ask(() -> api.takeUnits(run, seq, max));
    }

    @Override
    public CloseAnswer closeRun(String run, boolean cancelled) {
        return strays.stopped(ask(() -> api.closeRun(run, cancelled)));
    }

    @Override
    public WatchReport watch(String run, List<WatchedUnit> units) {
        Map<String, UnitState> states = read(run, units);
        List<UnitVerdict> verdicts =
                units.stream().map(unit -> judge(unit, states.get(unit.unit()))).toList();
        return new WatchReport(verdicts, ask(() -> api.readRun(run)));
    }

    private Map<String, UnitState> read(String run, List<WatchedUnit> units) {
        if (units.isEmpty()) {
            return Map.of();
        }
        List<String> ids = units.stream().map(WatchedUnit::unit).toList();
        return ask(() -> api.readUnits(run, ids)).stream()
                .collect(Collectors.toMap(UnitState::unit, Function.identity()));
    }

    private UnitVerdict judge(WatchedUnit unit, @Nullable UnitState state) {
        if (state == null || state.state() == UnitState.State.UNKNOWN) {
            return new UnitVerdict(unit.unit(), Finding.RELEASE, 0);
        }
        if (state.state() == UnitState.State.DONE) {
            return new UnitVerdict(unit.unit(), released(state.stopList()), state.epoch());
        }
        return children.isRunning(unit.workflowId())
                ? new UnitVerdict(unit.unit(), Finding.ALIVE, state.epoch())
                : fence(unit.unit(), state.epoch());
    }

    /** Fences with the epoch read before the look at the child: if anybody was quicker, it is stale and nothing happens. */
    private UnitVerdict fence(String unit, long after) {
        Listed<ConcludeAnswer> listed = ask(() -> api.fence(unit, after));
        ConcludeAnswer fenced = listed.answer();
        Finding afterwards = released(listed.stopList());
        Finding finding = switch (fenced.answer()) {
            // A child that is started again is told the same list.
            case OK -> fenced.done() ? afterwards : Finding.RESTART;
            case DONE -> afterwards;
            case STALE -> Finding.ALIVE;
        };
        return new UnitVerdict(unit, finding, fenced.epoch());
    }

    /** Once its jobs are told to stop; else the next look has them again. A cluster that is away must not keep other units from being looked at. */
    private Finding released(List<StopJob> jobs) {
        try {
            strays.stop(jobs);
            return Finding.RELEASE;
        } catch (JobBackendException away) {
            LOG.warn("jobs of a unit are not told to stop: {}; trying again", away.getMessage());
            return Finding.ALIVE;
        }
    }
}
