package dev.quarry.activity.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.activity.control.Attempt;
import dev.quarry.activity.control.AttemptState;
import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.workflow.JobEnd;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobWatcherTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final OptionalLong OLD = OptionalLong.empty();

    /** Counts readings, and answers the first one when it is told to. */
    private static final class SlowBackend implements JobBackend {
        private final AtomicInteger readings = new AtomicInteger();
        private final Set<JobHandle> read = ConcurrentHashMap.newKeySet();
        private final CountDownLatch answer = new CountDownLatch(1);
        private final Set<String> stopped = ConcurrentHashMap.newKeySet();
        private volatile Predicate<Collection<JobHandle>> slow = handles -> true;
        private volatile State state = State.RUNNING;
        private final Queue<State> laterStates = new ConcurrentLinkedQueue<>();
        private volatile boolean refuses;
        private volatile @Nullable JobHandle found;
        private volatile Runnable gap = () -> {};
        private volatile Consumer<JobHandle> hints = handle -> {};

        @Override
        public Capabilities capabilities() {
            return new Capabilities(false, false, false, true);
        }

        @Override
        public JobHandle submit(JobSpec spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<JobHandle> find(String tenant, JobId id) {
            if (found == null) {
                throw new JobBackendException("no answer for " + tenant, null);
            }
            return Optional.ofNullable(found);
        }

        @Override
        public Map<JobHandle, JobStatus> statuses(Collection<JobHandle> handles) {
            readings.incrementAndGet();
            try {
                if (slow.test(handles)) {
                    answer.await();
                }
            } catch (InterruptedException e) {
                throw new JobBackendException("interrupted", e);
            }
            if (refuses) {
                throw new JobBackendException("refused", null);
            }
            read.addAll(handles);
            State now = state;
            Map<JobHandle, JobStatus> statuses = new HashMap<>();
            handles.forEach(handle -> statuses.put(handle, JobStatus.of(now)));
            state = Optional.ofNullable(laterStates.poll()).orElse(now);
            return statuses;
        }

        @Override
        public void changes(Consumer<JobHandle> listener) {
            hints = listener;
        }

        @Override
        public void gaps(Runnable listener) {
            gap = listener;
        }

        @Override
        public void stop(String tenant, JobId id, Optional<JobHandle> handle) {
            stopped.add(id.value());
        }

        @Override
        public void close() {}
    }

    private static class Patience implements Waiter {
        final AtomicInteger beats;
        final AtomicInteger ended = new AtomicInteger();
        final AtomicInteger handedOver = new AtomicInteger();

        Patience() {
            this(new AtomicInteger());
        }

        Patience(AtomicInteger beats) {
            this.beats = beats;
        }

        @Override
        public Pulse heartbeat(JobId job, JobHandle handle) {
            beats.incrementAndGet();
            return Pulse.WAITING;
        }

        @Override
        public void ended(JobEnd end) {
            ended.incrementAndGet();
        }

        @Override
        public void cancelled() {}

        @Override
        public void handOver() {
            handedOver.incrementAndGet();
        }
    }

    @Test
    void jobsThatComeWhileOthersAreReadAreReadTogether() {
        SlowBackend backend = new SlowBackend();
        try (JobWatcher watcher =
                new JobWatcher(backend, attempts -> List.of(), new WatcherSettings(LONG, LONG, LONG, LONG))) {
            for (int number = 0; number < 2000; number++) {
                WatchedJob job = watched("q-" + number);
                watcher.watch(job, new JobHandle("handle-" + number), OLD, new Patience());
            }
            backend.answer.countDown();
            Waiting.until(() -> backend.read.size() == 2000, "all jobs read");
            assertThat(backend.readings.get()).isLessThanOrEqualTo(ReadingLoop.READINGS + 1);
        }
    }

    @Test
    void twoThousandWaitingJobsCostNoMoreThreadsThanTwenty() {
        SlowBackend backend = new SlowBackend();
        backend.answer.countDown();
        try (JobWatcher watcher = watcher(backend, Duration.ofMillis(20), Duration.ofMillis(20))) {
            int few = threadsWith(watcher, backend, 0, 20);
            assertThat(threadsWith(watcher, backend, 20, 2000)).isLessThanOrEqualTo(few);
        }
    }

    private static int threadsWith(JobWatcher watcher, SlowBackend backend, int from, int to) {
        AtomicInteger beats = new AtomicInteger();
        for (int number = from; number < to; number++) {
            watcher.watch(watched("q-" + number), new JobHandle("handle-" + number), OLD, new Patience(beats));
        }
        Waiting.until(() -> backend.read.size() == to && beats.get() > 3 * (to - from), "all jobs read and felt");
        // A pool starts a thread for each of its first tasks.
        Waiting.until(() -> backend.readings.get() > ReadingLoop.READINGS + 1, "all threads started");
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("job-"))
                .count();
    }

    @Test
    void heartbeatsGoOnWhileTheClusterHangs() {
        SlowBackend backend = new SlowBackend();
        AtomicInteger beats = new AtomicInteger();
        try (JobWatcher watcher = watcher(backend, Duration.ofMillis(20), LONG)) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), OLD, new Patience(beats));
            Waiting.until(() -> backend.readings.get() == 1, "the reading that hangs");
            int now = beats.get();
            Waiting.until(() -> beats.get() > now + 3, "more heartbeats");
            backend.answer.countDown();
        }
    }

    @Test
    void aJobThatCannotBeFoundHidesNoOtherAndIsAskedForAgain() {
        SlowBackend backend = new SlowBackend();
        backend.answer.countDown();
        try (JobWatcher watcher = watcher(backend, LONG, LONG)) {
            WatchedJob deaf = new WatchedJob(new JobId("q-deaf"), "deaf", "q-deaf", LONG, LONG, LONG);
            watcher.watch(deaf, null, OLD, new Patience());
            watcher.watch(watched("q-other"), new JobHandle("handle-other"), OLD, new Patience());
            Waiting.until(() -> backend.read.contains(new JobHandle("handle-other")), "the other job read");
            backend.found = new JobHandle("handle-deaf");
            Waiting.until(() -> backend.read.contains(new JobHandle("handle-deaf")), "the job found after all");
        }
    }

    @Test
    void deadlinesAreEnforcedThoughTheClusterCannotBeRead() {
        SlowBackend backend = new SlowBackend();
        backend.refuses = true;
        backend.answer.countDown();
        AttemptReader silent =
                attempts -> List.of(new AttemptState("q-1", Attempt.State.RUNNING, LONG.toMillis() + 1, 1L));
        WatcherSettings settings = new WatcherSettings(LONG, Duration.ofMillis(50), LONG, LONG);
        try (JobWatcher watcher = new JobWatcher(backend, silent, settings)) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), OLD, new Patience());
            watcher.watch(watched("q-2"), null, OLD, new Patience());
            Waiting.until(() -> backend.stopped.contains("q-1"), "the stop of a silent job");
        }
    }

    @Test
    void whoeverTakesAJobOverIsToldWhyItWasStopped() {
        SlowBackend backend = new SlowBackend();
        backend.answer.countDown();
        List<AttemptState> attempts = new CopyOnWriteArrayList<>(
                List.of(new AttemptState("q-1", Attempt.State.RUNNING, LONG.toMillis() + 1, 1L)));
        WatcherSettings settings = new WatcherSettings(LONG, Duration.ofMillis(50), LONG, LONG);
        List<JobEnd.State> ends = new CopyOnWriteArrayList<>();
        try (JobWatcher watcher = new JobWatcher(backend, asked -> attempts, settings)) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), OLD, new Patience());
            Waiting.until(() -> backend.stopped.contains("q-1"), "the stop of a silent job");
            attempts.clear();
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), OLD, new Patience() {
                @Override
                public void ended(JobEnd how) {
                    ends.add(how.state());
                }
            });
            backend.state = State.STOPPED;
            Waiting.until(() -> !ends.isEmpty(), "the end");
        }
        assertThat(ends).containsExactly(JobEnd.State.TIMED_OUT);
    }

    @Test
    void theEndIsToldByAHintAlone() {
        SlowBackend backend = new SlowBackend();
        backend.answer.countDown();
        Patience waiter = new Patience();
        try (JobWatcher watcher = watcher(backend, LONG, LONG)) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), justNow(), waiter);
            backend.state = State.SUCCEEDED;
            backend.hints.accept(new JobHandle("handle-1"));
            Waiting.until(() -> waiter.ended.get() == 1, "the end");
        }
    }

    @Test
    void aJobWhoseEndIsBeingToldIsNotReadForAnotherHintAtIt() {
        SlowBackend backend = new SlowBackend();
        backend.answer.countDown();
        backend.state = State.SUCCEEDED;
        CountDownLatch told = new CountDownLatch(1);
        Patience slow = new Patience() {
            @Override
            public void ended(JobEnd end) {
                super.ended(end);
                Waiting.until(() -> told.getCount() == 0, "the test");
            }
        };
        try (JobWatcher watcher = watcher(backend, LONG, LONG)) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), justNow(), slow);
            watcher.watch(watched("q-2"), new JobHandle("handle-2"), justNow(), new Patience());
            backend.hints.accept(new JobHandle("handle-1"));
            Waiting.until(() -> slow.ended.get() == 1, "the end that is being told");
            backend.read.clear();
            backend.hints.accept(new JobHandle("handle-1"));
            backend.hints.accept(new JobHandle("handle-2"));
            Waiting.until(() -> backend.read.contains(new JobHandle("handle-2")), "the other job read");
            assertThat(backend.read).containsExactly(new JobHandle("handle-2"));
            told.countDown();
        }
    }

    @Test
    void aHintThatComesBeforeTheWatchIsNotLost() {
        SlowBackend backend = new SlowBackend();
        backend.answer.countDown();
        backend.state = State.SUCCEEDED;
        Patience waiter = new Patience();
        try (JobWatcher watcher = watcher(backend, LONG, LONG)) {
            backend.hints.accept(new JobHandle("handle-1"));
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), justNow(), waiter);
            Waiting.until(() -> waiter.ended.get() == 1, "the end");
        }
    }

    @Test
    void aGapHasAllJobsReadAndThoseWhoseSubmissionBeganBefore() {
        SlowBackend backend = new SlowBackend();
        backend.answer.countDown();
        try (JobWatcher watcher = watcher(backend, LONG, LONG)) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), justNow(), new Patience());
            OptionalLong before = justNow();
            assertThat(backend.read).isEmpty();
            backend.gap.run();
            Waiting.until(() -> backend.read.size() == 1, "the reading after the gap");
            watcher.watch(watched("q-2"), new JobHandle("handle-2"), before, new Patience());
            Waiting.until(() -> backend.read.size() == 2, "the reading of the one that was being submitted");
            watcher.watch(watched("q-3"), new JobHandle("handle-3"), justNow(), new Patience());
            watcher.watch(watched("q-4"), new JobHandle("handle-4"), OLD, new Patience());
            Waiting.until(() -> backend.read.contains(new JobHandle("handle-4")), "the reading of an old one");
            assertThat(backend.read).doesNotContain(new JobHandle("handle-3"));
        }
    }

    @Test
    void anEndIsToldWhileTheClusterStillThinksAboutOtherJobs() {
        SlowBackend backend = new SlowBackend();
        backend.slow = handles -> handles.contains(new JobHandle("handle-1"));
        backend.state = State.SUCCEEDED;
        Patience waiter = new Patience();
        try (JobWatcher watcher = watcher(backend, LONG, Duration.ofMillis(50))) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), OLD, new Patience());
            Waiting.until(() -> backend.readings.get() > 0, "the reading that hangs");
            watcher.watch(watched("q-2"), new JobHandle("handle-2"), justNow(), waiter);
            backend.hints.accept(new JobHandle("handle-2"));
            Waiting.until(() -> waiter.ended.get() == 1, "the end");
            backend.answer.countDown();
        }
    }

    @Test
    void aJobThatIsBeingReadIsReadAgainOnlyIfThatDoesNotEndIt() {
        SlowBackend backend = new SlowBackend();
        backend.slow = handles -> handles.contains(new JobHandle("handle-1"));
        backend.state = State.SUCCEEDED;
        Patience waiter = new Patience();
        try (JobWatcher watcher = watcher(backend, LONG, LONG)) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), justNow(), waiter);
            backend.hints.accept(new JobHandle("handle-1"));
            Waiting.until(() -> backend.readings.get() == 1, "the reading that hangs");
            backend.hints.accept(new JobHandle("handle-1"));
            Patience other = new Patience();
            watcher.watch(watched("q-2"), new JobHandle("handle-2"), OLD, other);
            Waiting.until(() -> other.ended.get() == 1, "the end of one that came after the second hint");
            backend.answer.countDown();
            Waiting.until(() -> waiter.ended.get() == 1 && watcher.watched() == 0, "the end");
            assertThat(backend.readings).hasValue(2);
        }
    }

    @Test
    void aHintDuringAReadingThatFindsNoEndHasTheJobReadAgain() {
        SlowBackend backend = new SlowBackend();
        Patience waiter = new Patience();
        try (JobWatcher watcher = watcher(backend, LONG, LONG)) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), OLD, waiter);
            Waiting.until(() -> backend.readings.get() == 1, "the reading that hangs");
            backend.hints.accept(new JobHandle("handle-1"));
            backend.laterStates.add(State.SUCCEEDED);
            backend.answer.countDown();
            Waiting.until(() -> waiter.ended.get() == 1, "the end");
        }
    }

    @Test
    void aWaiterThatIsGoneGivesBackWhatItHolds() {
        SlowBackend backend = new SlowBackend();
        Patience gone = new Patience() {
            @Override
            public Pulse heartbeat(JobId job, JobHandle handle) {
                super.heartbeat(job, handle);
                return Pulse.GONE;
            }
        };
        try (JobWatcher watcher = watcher(backend, LONG, LONG)) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), justNow(), gone);
            Waiting.until(() -> gone.handedOver.get() == 1 && watcher.watched() == 0, "the end of the waiting");
        }
        assertThat(gone.handedOver).hasValue(1);
    }

    @Test
    void aWaiterWhoseSuccessorHasComeGivesBackWhatItHolds() {
        SlowBackend backend = new SlowBackend();
        Patience before = new Patience();
        Patience after = new Patience();
        try (JobWatcher watcher = watcher(backend, LONG, LONG)) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), justNow(), before);
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), justNow(), after);
            Waiting.until(() -> before.handedOver.get() == 1, "the end of the waiting");
            assertThat(watcher.watched()).isEqualTo(1);
            assertThat(after.handedOver).hasValue(0);
        }
    }

    @Test
    void anEndThatComesDuringAHeartbeatIsToldOnceThatIsOver() {
        SlowBackend backend = new SlowBackend();
        backend.answer.countDown();
        backend.state = State.SUCCEEDED;
        CountDownLatch beatEnds = new CountDownLatch(1);
        Patience waiter = new Patience() {
            @Override
            public Pulse heartbeat(JobId job, JobHandle handle) {
                try {
                    beatEnds.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return super.heartbeat(job, handle);
            }
        };
        try (JobWatcher watcher = watcher(backend, LONG, LONG)) {
            watcher.watch(watched("q-1"), new JobHandle("handle-1"), OLD, waiter);
            Waiting.until(() -> backend.read.size() == 1, "the reading");
            assertThat(waiter.ended).hasValue(0);
            beatEnds.countDown();
            Waiting.until(() -> waiter.ended.get() == 1 && watcher.watched() == 0, "the end");
            assertThat(waiter.beats).hasValue(1);
        }
    }

    private static JobWatcher watcher(JobBackend backend, Duration heartbeat, Duration relist) {
        return new JobWatcher(backend, attempts -> List.of(), new WatcherSettings(heartbeat, relist, LONG, LONG));
    }

    private static OptionalLong justNow() {
        return OptionalLong.of(System.nanoTime());
    }

    private static WatchedJob watched(String id) {
        return new WatchedJob(new JobId(id), "demo", id, LONG, LONG, LONG);
    }
}
