package dev.quarry.dev.stack;

import java.io.IOException;
import java.nio.file.Path;

/** Two stacks on one state folder would be two owners of one database. */
public final class StackInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    StackInUseException(Path folder) {
        super("another process uses the state folder " + folder + ": stop it, or name another folder with --state");
    }
}
