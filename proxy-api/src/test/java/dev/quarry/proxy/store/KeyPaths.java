package dev.quarry.proxy.store;

import java.nio.file.Path;

/** Paths of files whose names need not be text. */
public final class KeyPaths {
    private KeyPaths() {}

    /** The file that the key means in the store with this root. */
    public static Path of(Path root, KeyBytes key) {
        Path path = root;
        for (KeyBytes name : key.names()) {
            path = path.resolve(RawNames.relative(name));
        }
        return path;
    }
}
