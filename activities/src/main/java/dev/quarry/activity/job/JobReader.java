package dev.quarry.activity.job;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the cluster about many jobs at once. */
final class JobReader {
    private static final Logger LOG = LoggerFactory.getLogger(JobReader.class);

    private final JobBackend backend;
    private final Watches watches;
    private final BiConsumer<Watch, JobStatus> heard;

    /** @param heard told what the cluster says of each job */
    JobReader(JobBackend backend, Watches watches, BiConsumer<Watch, JobStatus> heard) {
        this.backend = backend;
        this.watches = watches;
        this.heard = heard;
    }

    /** @return those that the cluster said nothing of */
    List<Watch> read(Collection<Watch> wanted) {
        Map<JobHandle, Watch> known = new LinkedHashMap<>();
        List<Watch> unread = new ArrayList<>();
        Set<String> deaf = new HashSet<>();
        for (Watch watch : wanted) {
            if (!watch.over && !located(watch, deaf, known)) {
                unread.add(watch);
            }
        }
        Map<JobHandle, JobStatus> statuses = statuses(known.keySet());
        known.forEach((handle, watch) -> {
            JobStatus status = statuses.get(handle);
            if (status == null) {
                unread.add(watch);
            } else {
                heard.accept(watch, status);
            }
        });
        return unread;
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
    private boolean located(Watch watch, Set<String> deaf, Map<JobHandle, Watch> known) {
        if (watch.handle == null && deaf.contains(watch.job.tenant())) {
            return false;
        }
        try {
            locate(watch).ifPresentOrElse(handle -> known.put(handle, watch), () -> heard.accept(watch, unknown()));
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
