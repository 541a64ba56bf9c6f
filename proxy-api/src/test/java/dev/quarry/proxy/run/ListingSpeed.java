package dev.quarry.proxy.run;

import dev.quarry.proxy.run.TestStore.TestRun;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** By hand: how fast a first and an unchanged run list. Not a test, its figures depend on the machine. */
final class ListingSpeed {
    private static final int FILES = 20_000;

    private static Duration cpu = Duration.ZERO;

    private ListingSpeed() {}

    public static void main(String[] args) {
        TestStore store = new TestStore();
        for (int i = 0; i < FILES; i++) {
            store.write("d" + i % 200 + "/file-" + i + ".txt", "text " + i);
        }
        TestRun first = store.open();
        Instant start = Instant.now();
        first.walk();
        show("first_listing", start);
        start = Instant.now();
        first.work(Map.of());
        show("pack_and_conclude", start);
        start = Instant.now();
        first.close(false);
        show("close", start);
        for (int i = 0; i < 5; i++) {
            TestRun again = store.open();
            start = Instant.now();
            again.walk();
            show("unchanged_listing", start);
            start = Instant.now();
            again.close(false);
            show("unchanged_close", start);
        }
        TestStore bigFolder = new TestStore();
        for (int i = 0; i < FILES; i++) {
            bigFolder.write("file-" + i + ".txt", "text " + i);
        }
        TestRun big = bigFolder.open();
        start = Instant.now();
        big.walk();
        show("first_listing_one_folder", start);
        System.exit(0);
    }

    /** Beside the time, which means little on a shared machine: CPU milliseconds of this JVM since the line before. */
    private static void show(String what, Instant start) {
        long millis = Math.max(1, Duration.between(start, Instant.now()).toMillis());
        Duration now = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        System.out.println(what + " " + FILES * 1000L / millis + " files/s " + millis + " ms, jvm_cpu "
                + now.minus(cpu).toMillis() + " ms");
        cpu = now;
    }
}
