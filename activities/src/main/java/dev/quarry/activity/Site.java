package dev.quarry.activity;

import dev.quarry.activity.control.ControlApi;
import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobWatcher;
import dev.quarry.activity.job.WatcherSettings;
import dev.quarry.workflow.TaskQueues;
import java.io.IOException;
import java.util.Map;

/** A site that this worker serves: a task queue, a cluster, and who follows the jobs there. */
record Site(
        String name,
        String jobUrl,
        boolean proofOfPossession,
        Map<String, String> agentSettings,
        JobBackend backend,
        JobWatcher watcher) {
    static Site of(Sites.Told told, ControlApi api, WatcherSettings settings) throws IOException {
        SiteOptions options = told.options();
        String jobUrl = options.jobUrl();
        Map<String, String> agentSettings = AgentSettings.in(told.environment());
        JobBackend backend = options.backend(told.environment(), settings.relist());
        return new Site(
                options.site,
                jobUrl,
                options.proofOfPossession,
                agentSettings,
                backend,
                new JobWatcher(backend, api::readAttempts, settings));
    }

    String taskQueue() {
        return TaskQueues.ofSite(name);
    }
}
