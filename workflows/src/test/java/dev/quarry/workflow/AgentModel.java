package dev.quarry.workflow;

/** How the job of an attempt behaves. */
@FunctionalInterface
interface AgentModel {
    /** Works on the attempt's items through {@code work} and returns how the job ended. */
    JobEnd run(Work work) throws InterruptedException;

    /** An agent's view of its attempt. */
    interface Work {
        UnitRef unit();

        java.util.List<Integer> items();

        int memoryFactor();

        int diskFactor();

        /** The how-manieth attempt of its unit this is, from 1. */
        int attempt();

        /** False: the attempt is over (410). */
        boolean start(int item);

        boolean done(int item);

        /** Blocks until the job is stopped. */
        void hang() throws InterruptedException;
    }

    /** An agent with nothing wrong. */
    static JobEnd indexAll(Work work) {
        for (int item : work.items()) {
            if (!work.start(item) || !work.done(item)) {
                return exit(22);
            }
        }
        return new JobEnd(JobEnd.State.SUCCEEDED, 0, null);
    }

    static JobEnd exit(int code) {
        return new JobEnd(JobEnd.State.FAILED, code, "exit " + code);
    }

    static JobEnd crash() {
        return new JobEnd(JobEnd.State.FAILED, null, "killed by signal 11");
    }
}
