package dev.quarry.workflow;

/** What a run is doing, for operators: the search attribute RunPhase. */
enum Phase {
    LISTING,
    EXTRACTING,
    CLOSING,
    CLOSED,
    CANCELLING
}
