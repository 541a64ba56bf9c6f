package dev.quarry.proxy.attempt;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** protocol.md, section 6, against the real rows: whatever order calls come in, late, twice or from zombies, the invariants hold and the unit ends. */
class InterleavingsTest {
    /** What somebody may do next. */
    enum Act {
        OPEN,
        OPEN_AGAIN,
        OPEN_ANOTHER,
        HANDLE,
        CLAIM,
        STEAL,
        STARTED,
        DONE,
        RENEW,
        EXIT,
        CRASH,
        SETTLE,
        FENCE,
        CONCLUDE_STALE,
        CONCLUDE_ANY,
        CLOSE_RUN
    }

    /** What one of two at the same time leaves to the other, because whoever opens notes the job. */
    private static final Set<Act> OPENING = EnumSet.of(Act.OPEN, Act.OPEN_ANOTHER, Act.FENCE);

    /** What ends the unit, and with it the story: rare. */
    private static final Set<Act> ENDING = EnumSet.of(Act.CONCLUDE_ANY, Act.CLOSE_RUN);

    /** An act of the job that is {@code which} places from the newest, on item n. */
    record Step(Act act, int which, int n) {}

    @Property(tries = 120, shrinking = ShrinkingMode.BOUNDED)
    void theInvariantsHoldAndTheUnitEnds(@ForAll("steps") List<Step> steps, @ForAll boolean ticketPrivate) {
        Scene scene = new Scene(ticketPrivate);
        for (Step step : steps) {
            play(scene, step);
            scene.check();
        }
        scene.finish();
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void theyHoldWhenTwoActAtTheSameTime(
            @ForAll("steps") List<Step> one, @ForAll("steps") List<Step> other, @ForAll boolean ticketPrivate)
            throws InterruptedException {
        Scene scene = new Scene(ticketPrivate);
        scene.open();
        scene.claim(0);
        List<Step> late =
                other.stream().filter(step -> !OPENING.contains(step.act())).collect(Collectors.toList());
        Failures failures = new Failures();
        Thread second = new Thread(() -> late.forEach(step -> play(scene, step)));
        second.setUncaughtExceptionHandler(failures);
        second.start();
        one.forEach(step -> play(scene, step));
        second.join();
        failures.rethrow();
        scene.finish();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        acts(),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 2))
                .as(Step::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(25);
    }

    private static Arbitrary<Act> acts() {
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, Arbitraries.just(Act.OPEN)),
                net.jqwik.api.Tuple.of(3, Arbitraries.just(Act.CLAIM)),
                net.jqwik.api.Tuple.of(4, Arbitraries.just(Act.DONE)),
                net.jqwik.api.Tuple.of(2, Arbitraries.just(Act.SETTLE)),
                net.jqwik.api.Tuple.of(6, Arbitraries.of(EnumSet.complementOf(EnumSet.copyOf(ENDING)))),
                net.jqwik.api.Tuple.of(1, Arbitraries.of(ENDING)));
    }

    private static void play(Scene scene, Step step) {
        switch (step.act()) {
            case OPEN -> scene.open();
            case OPEN_AGAIN -> scene.openAgain(step.which());
            case OPEN_ANOTHER -> scene.openAnother();
            case HANDLE -> scene.handle(step.which());
            case CLAIM -> scene.claim(step.which());
            case STEAL -> scene.steal(step.which());
            case STARTED -> scene.started(step.which(), step.n());
            case DONE -> scene.done(step.which(), step.n());
            case RENEW -> scene.renew(step.which());
            case EXIT -> scene.exit(step.which());
            case CRASH -> scene.crash(step.which());
            case SETTLE -> scene.settle(step.which());
            case FENCE -> scene.fence(step.n());
            case CONCLUDE_STALE -> scene.concludeStale();
            case CONCLUDE_ANY -> scene.concludeAny();
            case CLOSE_RUN -> scene.closeRun();
        }
    }

    /** What another thread threw. */
    private static final class Failures implements Thread.UncaughtExceptionHandler {
        private volatile @org.jspecify.annotations.Nullable Throwable failure;

        @Override
        public void uncaughtException(Thread thread, Throwable thrown) {
            failure = thrown;
        }

        void rethrow() {
            if (failure != null) {
                throw new AssertionError(failure);
            }
        }
    }
}
