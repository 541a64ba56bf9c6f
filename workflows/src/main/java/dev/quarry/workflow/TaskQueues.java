package dev.quarry.workflow;

/** The names of Temporal's task queues, which workflows and workers must agree on. */
public final class TaskQueues {
    /** Where a site's workflows are, and the activities that are over soon. */
    public static String ofSite(String site) {
        return "quarry-" + site;
    }

    /**
     * Where the jobs of workflows of that queue are waited for: a job holds its slot for hours, and nothing that is over soon may stand
     * behind it.
     */
    public static String ofJobs(String queue) {
        return queue + "-jobs";
    }

    private TaskQueues() {}
}
