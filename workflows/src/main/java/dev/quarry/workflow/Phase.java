package dev.quarry.workflow;

/** What a run is doing, for operators: the search attribute RunPhase. */
enum Phase {
    LISTING,
    EXTRACTING,
    CLOSING,
    /** A person is asked whether so many files are to be deleted. */
    AWAITING_APPROVAL,
    CLOSED,
    CANCELLING
}
