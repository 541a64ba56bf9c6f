package dev.quarry.dev.stack;

/** Where a stack's jobs run. */
public enum Backend {
    /** Plain processes that the worker starts. */
    process,
    /** The Nomad that {@code NOMAD_ADDR} names, else a development agent of the stack's own. */
    nomad,
    /** The ECS that an AWS endpoint or {@code QUARRY_ECS_CLUSTER} names, else an emulated one of the stack's own. */
    ecs
}
