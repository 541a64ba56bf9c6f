package dev.quarry.workflow;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a FileWorkflow does next: perhaps give items up, wait, go on with the plan. */
record NextStep(UnitPlan plan, Duration pause, @Nullable GiveUp giveUp) {
    static NextStep tryAgain(UnitPlan plan) {
        return new NextStep(plan, Duration.ZERO, null);
    }

    static NextStep tryLater(UnitPlan plan, Duration pause) {
        return new NextStep(plan, pause, null);
    }

    static NextStep giveUp(UnitPlan plan, GiveUp giveUp) {
        return new NextStep(plan, Duration.ZERO, giveUp);
    }
}
