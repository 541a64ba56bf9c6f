package dev.quarry.activity.job;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the cluster about many jobs at once. May be used by several threads. */
final class JobReader {
    private static final Logger LOG = LoggerFactory.getLogger(JobReader.class);

    private final JobBackend backend;
    private final Watches watches;

    /**
     * What one reading found out.
     *
     * @param said by the cluster of each job
     * @param unread those that it said nothing of
     */
    record Reading(Map<Watch, JobStatus> said, List<Watch> unread) {}

    JobReader(JobBackend backend, Watches watches) {
        this.backend = backend;
        this.watches = watches;
    }

    /** Leaves out those whose end is known already. */
    Reading read(Collection<Watch> wanted) {
        Reading reading = new Reading(new LinkedHashMap<>(), new ArrayList<>());
        Map<JobHandle, Watch> known = new LinkedHashMap<>();
        Set<String> deaf = new HashSet<>();
        for (Watch watch : wanted) {
            if (watch.isAwaited() && !located(watch, deaf, known, reading)) {
                reading.unread.add(watch);
            }
        }
        Map<JobHandle, JobStatus> statuses = statuses(known.keySet());
        known.forEach((handle, watch) -> {
            JobStatus status = statuses.get(handle);
            if (status == null) {
                reading.unread.add(watch);
            } else {
                reading.said.put(watch, status);
            }
        });
        return reading;
    }

    private Map<JobHandle, JobStatus> statuses(Set<JobHandle> handles) {
        try {
            return handles.isEmpty() ? Map.of() : backend.statuses(handles);
        } catch (RuntimeException e) {
            LOG.warn("cannot read {} jobs: {}; trying again", handles.size(), e.toString());
            return Map.of();
        }
    }

    /**
     * Whether the cluster knows, or says that it does not know, where the job is.
     *
     * @param deaf tenants for whom it gave no answer: asked once a reading, since each question may wait for its time-out
     */
    private boolean located(Watch watch, Set<String> deaf, Map<JobHandle, Watch> known, Reading reading) {
        if (watch.handle == null && deaf.contains(watch.job.tenant())) {
            return false;
        }
        try {
            locate(watch).ifPresentOrElse(handle -> known.put(handle, watch), () -> reading.said.put(watch, unknown()));
            return true;
        } catch (RuntimeException e) {
            LOG.warn("cannot find job {}: {}; trying again", watch.job.id(), e.toString());
            deaf.add(watch.job.tenant());
            return false;
        }
    }

    private static JobStatus unknown() {
        return JobStatus.of(JobStatus.State.UNKNOWN);
    }

    private Optional<JobHandle> locate(Watch watch) {
        if (watch.handle == null) {
            backend.find(watch.job.tenant(), watch.job.id()).ifPresent(found -> watches.found(watch, found));
        }
        return watch.knownHandle();
    }
}
