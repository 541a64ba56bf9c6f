package dev.quarry.proxy.store;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.RunningApi;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/** Makes the calls of one store hang where a mount would hold them: on the thread that makes the system call, before it. */
public final class HungMount {
    public static final Duration SILENCE = Duration.ofMillis(300);

    private volatile CountDownLatch released = new CountDownLatch(1);
    final BoundedCalls calls = new BoundedCalls("hung", new QuarrySettings.FilesystemLimits(SILENCE, 2), this::hold);

    private void hold() {
        try {
            released.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Under a store of the running API. */
    public static HungMount under(UUID store) {
        HungMount mount = new HungMount();
        RunningApi.shared().bean(FilesystemMounts.class).put(store, mount.calls);
        return mount;
    }

    public void release() {
        released.countDown();
    }

    void hangAgain() {
        released = new CountDownLatch(1);
    }
}
