package dev.quarry.activity.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.workflow.JobEnd;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class JobWatcherTest {
    private static final Duration LONG = Duration.ofHours(1);

    /** Counts readings, and answers the first one when it is told to. */
    private static final class SlowBackend implements JobBackend {
        private final AtomicInteger readings = new AtomicInteger();
        private final Set<JobHandle> read = ConcurrentHashMap.newKeySet();
        private final CountDownLatch answer = new CountDownLatch(1);

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
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<JobHandle, JobStatus> statuses(Collection<JobHandle> handles) {
            readings.incrementAndGet();
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new JobBackendException("interrupted", e);
            }
            read.addAll(handles);
            Map<JobHandle, JobStatus> statuses = new HashMap<>();
            handles.forEach(handle -> statuses.put(handle, JobStatus.of(State.RUNNING)));
            return statuses;
        }

        @Override
        public void changes(Consumer<JobHandle> listener) {}

        @Override
        public void stop(String tenant, JobId id, Optional<JobHandle> handle) {}

        @Override
        public void close() {}
    }

    private static final class Patience implements Waiter {
        @Override
        public Pulse heartbeat(JobId job, JobHandle handle) {
            return Pulse.WAITING;
        }

        @Override
        public void ended(JobEnd end) {}

        @Override
        public void cancelled() {}

        @Override
        public void handOver() {}
    }

    @Test
    void jobsThatComeWhileOthersAreReadAreReadTogether() {
        SlowBackend backend = new SlowBackend();
        try (JobWatcher watcher =
                new JobWatcher(backend, attempts -> List.of(), new WatcherSettings(LONG, LONG, LONG, LONG))) {
            for (int number = 0; number < 2000; number++) {
                WatchedJob job = watched("q-" + number);
                watcher.watch(job, new JobHandle("handle-" + number), false, new Patience());
            }
            backend.answer.countDown();
            Waiting.until(() -> backend.read.size() == 2000, "all jobs read");
            assertThat(backend.readings.get()).isLessThanOrEqualTo(3);
        }
    }

    private static WatchedJob watched(String id) {
        return new WatchedJob(new JobId(id), "demo", id, LONG, LONG, LONG);
    }
}
