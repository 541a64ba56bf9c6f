package dev.quarry.workflow;

/** Why a file failed; design.md section 7 says whose fault each reason is. */
public enum FailReason {
    CORRUPT,
    TOO_LARGE,
    TIMED_OUT,
    NO_PROGRESS,
    OUT_OF_MEMORY,
    DISK_FULL,
    CRASHED,
    EXTRACTOR_ERROR,
    NOT_READABLE,
    ARCHIVED,
    CHANGED_WHILE_READING,
    NOT_PLACED,
    RESULT_REJECTED,
    CANCELLED
}
