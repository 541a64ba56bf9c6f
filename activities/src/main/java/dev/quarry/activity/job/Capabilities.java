package dev.quarry.activity.job;

/**
 * What a backend can tell and do.
 *
 * @param tellsOutOfMemory a job that was ended for its memory is OUT_OF_MEMORY, not just killed
 * @param tellsDiskFull a job that was ended for its disk is DISK_FULL
 * @param ticketPrivate nobody but the job can read the ticket (protocol.md section 1, proven)
 * @param outlivesBackend jobs go on when this process dies, and a new one finds them
 */
public record Capabilities(
        boolean tellsOutOfMemory, boolean tellsDiskFull, boolean ticketPrivate, boolean outlivesBackend) {}
