package dev.quarry.proxy.store;

/** What is not up to this process. A seam for tests, as no test can make a mount hang. */
interface FilesystemKernel {
    FilesystemKernel OF_THIS_MACHINE = MountTable::read;

    MountTable mounts() throws NotReadableException;

    /** On the call's thread, where a mount that hangs would hold it. */
    default void enter(KeyBytes folder, KeyBytes name) {}
}
