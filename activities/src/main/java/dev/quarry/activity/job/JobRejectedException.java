package dev.quarry.activity.job;

/** The cluster will never run this job, however often it is asked: an unknown image, more memory than any node has. */
public class JobRejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    public JobRejectedException(String message) {
        super(message);
    }
}
