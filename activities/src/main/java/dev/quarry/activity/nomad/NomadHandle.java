package dev.quarry.activity.nomad;

import dev.quarry.activity.job.JobHandle;
import java.util.Optional;

/** Where a job is: its id alone does not say. */
record NomadHandle(String namespace, String job) {
    static Optional<NomadHandle> of(JobHandle handle) {
        int slash = handle.value().indexOf('/');
        return slash < 1
                ? Optional.empty()
                : Optional.of(new NomadHandle(
                        handle.value().substring(0, slash), handle.value().substring(slash + 1)));
    }

    JobHandle handle() {
        return new JobHandle(namespace + "/" + job);
    }
}
