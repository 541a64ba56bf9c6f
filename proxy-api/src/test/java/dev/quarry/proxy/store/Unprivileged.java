package dev.quarry.proxy.store;

import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.quarry.proxy.RunningApi;
import java.time.Duration;
import java.util.UUID;

/**
 * Makes the calls of one store without the privilege to read what its mode forbids, which tests that run as root have: the kernel knows such privileges
 * by thread, and a store's calls have threads of their own.
 */
public final class Unprivileged {
    /** _LINUX_CAPABILITY_VERSION_3 (capget(2)). */
    private static final int VERSION = 0x20080522;

    /** CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH. */
    private static final int PRIVILEGES = 1 << 1 | 1 << 2;

    private Unprivileged() {}

    /** A store of the running API. */
    public static void reads(UUID store) {
        RunningApi.shared().bean(FilesystemMounts.class).put(store, calls());
    }

    static BoundedCalls calls() {
        return new BoundedCalls(
                "unprivileged",
                KeyBytes.EMPTY,
                new FilesystemLimits(Duration.ofSeconds(10), 4),
                new FilesystemKernel() {
                    @Override
                    public MountTable mounts() throws NotReadableException {
                        return MountTable.read();
                    }

                    @Override
                    public void enter(KeyBytes folder, KeyBytes name) {
                        dropOnThisThread();
                    }
                });
    }

    private static void dropOnThisThread() {
        try (Memory header = new Memory(8);
                Memory sets = new Memory(24)) {
            header.setInt(0, VERSION);
            header.setInt(4, 0);
            call("capget", header, sets);
            sets.setInt(0, sets.getInt(0) & ~PRIVILEGES);
            call("capset", header, sets);
        }
    }

    private static void call(String function, Pointer header, Pointer sets) {
        int result = NativeLibrary.getInstance("c").getFunction(function).invokeInt(new Object[] {header, sets});
        if (result != 0) {
            throw new IllegalStateException(function + " was refused");
        }
    }
}
