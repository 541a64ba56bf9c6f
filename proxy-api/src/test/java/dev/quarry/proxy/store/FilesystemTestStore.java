package dev.quarry.proxy.store;

import java.nio.file.Path;
import java.time.Duration;

/** A directory as a store, without the API around it. */
record FilesystemTestStore(FilesystemRoot root, BoundedCalls calls) {
    static final FilesystemLimits LIMITS = new FilesystemLimits(Duration.ofSeconds(10), 4);

    static FilesystemTestStore of(Path root) {
        return of(root, false, true);
    }

    static FilesystemTestStore of(Path root, boolean followLinks, boolean crossMounts) {
        KeyBytes path = RawNames.bytesOfAbsolute(root);
        return new FilesystemTestStore(
                new FilesystemRoot(path, path, new FilesystemSettings(followLinks, crossMounts)),
                new BoundedCalls("test", RawNames.bytesOfAbsolute(root), LIMITS));
    }

    /** @param granted a folder above the root, which is the tenant's */
    static FilesystemTestStore below(Path granted, Path root) {
        return new FilesystemTestStore(
                new FilesystemRoot(
                        RawNames.bytesOfAbsolute(granted), RawNames.bytesOfAbsolute(root), FilesystemSettings.STANDARD),
                new BoundedCalls("test", RawNames.bytesOfAbsolute(root), LIMITS));
    }

    StoreLister lister() {
        return new FilesystemStoreLister(root, calls);
    }

    StoreReader reader() {
        return new FilesystemStoreReader(root, calls);
    }
}
