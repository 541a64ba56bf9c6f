package dev.quarry.proxy.store;

/**
 * What hangs of a store.
 *
 * @param isMount a file system is mounted there; else it is a folder, alone
 */
record HungPlace(KeyBytes where, boolean isMount) {
    static HungPlace folder(KeyBytes folder) {
        return new HungPlace(folder, false);
    }

    /** The file system that is mounted where the call is, or above it; if that is the root's, the call's folder alone. */
    static HungPlace of(CallProgress call, KeyBytes root, FilesystemKernel kernel) {
        try {
            MountTable mounts = kernel.mounts();
            KeyBytes above = call.place();
            while (!above.isEmpty() && !mounts.isPoint(root.folder(above))) {
                above = above.parent();
            }
            return above.isEmpty() ? folder(call.folder()) : new HungPlace(above, true);
        } catch (NotReadableException untold) {
            return folder(call.folder());
        }
    }

    /** Whether a call at this place would go there, or below it. */
    boolean holds(KeyBytes place) {
        return place.equals(where) || place.startsWith(where.prefix());
    }
}
