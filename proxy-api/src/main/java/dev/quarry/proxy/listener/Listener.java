package dev.quarry.proxy.listener;

/** One of the three APIs; each has a port of its own, so that networks can keep them apart. */
public enum Listener {
    CONTROL,
    JOB,
    PUBLIC
}
