package dev.quarry.proxy.store;

import dev.quarry.proxy.RunningApi;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/** Makes the calls of one store hang where a mount would hold them: on the thread that makes the system call, before it. */
public final class HungMount {
    public static final Duration SILENCE = Duration.ofMillis(300);

    private static final KeyBytes ROOT = KeyBytes.utf8("/root");

    private final Predicate<KeyBytes> hangs;
    private volatile CountDownLatch released = new CountDownLatch(1);
    final BoundedCalls calls;

    /** All of a store. */
    HungMount() {
        this(place -> true, new MountTable(List.of()), 2);
    }

    private HungMount(Predicate<KeyBytes> hangs, MountTable mounts, int calls) {
        this.hangs = hangs;
        this.calls = new BoundedCalls("hung", ROOT, new FilesystemLimits(SILENCE, calls), new Held(mounts));
    }

    /** One folder of a store, with all that lies in it. */
    static HungMount of(String folder) {
        return new HungMount(HungMount.in(folder), new MountTable(List.of()), 2);
    }

    /** A file system that is mounted at this folder of a store: already to ask what it is hangs. */
    static HungMount mountedAt(String folder) {
        MountTable.Mount mount = new MountTable.Mount("(dev=1,", ROOT.child(KeyBytes.utf8(folder)), "nfs4");
        return new HungMount(HungMount.in(folder), new MountTable(List.of(mount)), 2);
    }

    private static Predicate<KeyBytes> in(String folder) {
        KeyBytes top = KeyBytes.utf8(folder);
        return place -> place.equals(top) || place.startsWith(top.prefix());
    }

    /** Under a store of the running API. */
    public static HungMount under(UUID store) {
        return new HungMount().putUnder(store);
    }

    /** Likewise, a file system that is mounted at a folder of it. */
    public static HungMount under(UUID store, String folder) {
        return mountedAt(folder).putUnder(store);
    }

    private HungMount putUnder(UUID store) {
        RunningApi.shared().bean(FilesystemMounts.class).put(store, calls);
        return this;
    }

    private final class Held implements FilesystemKernel {
        private final MountTable mounts;

        Held(MountTable mounts) {
            this.mounts = mounts;
        }

        @Override
        public MountTable mounts() {
            return mounts;
        }

        @Override
        public void enter(KeyBytes folder, KeyBytes name) {
            boolean isMount = !mounts.mounts().isEmpty();
            if (hangs.test(isMount && !name.isEmpty() ? folder.child(name) : folder)) {
                hold();
            }
        }
    }

    private void hold() {
        try {
            released.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    public void release() {
        released.countDown();
    }

    void hangAgain() {
        released = new CountDownLatch(1);
    }
}
