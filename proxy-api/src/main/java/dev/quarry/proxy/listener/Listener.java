package dev.quarry.proxy.listener;

/** One of the three APIs, or what extractors made of hostile files; each has a port of its own, so that networks and browsers can keep them apart. */
public enum Listener {
    CONTROL,
    JOB,
    PUBLIC,
    /** Takes the tokens of the public API, and has nothing but artifacts. */
    ARTIFACTS
}
