package dev.quarry.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Memory and processor time of the agent and everything it started, as /proc has them. */
final class Gauge {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that runs a JVM
    private static final long PAGE_BYTES = 4096;

    private long peakBytes;
    private double cpuSeconds;

    synchronized void sample() {
        long bytes = 0;
        double ticks = 0;
        ProcessHandle self = ProcessHandle.current();
        for (long pid : Stream.concat(Stream.of(self), self.descendants())
                .mapToLong(ProcessHandle::pid)
                .toArray()) {
            long[] sample = stat(pid);
            bytes += sample[0];
            ticks += sample[1];
        }
        peakBytes = Math.max(peakBytes, bytes);
        cpuSeconds = Math.max(cpuSeconds, ticks / TICKS_PER_SECOND);
    }

    /** Resident bytes, and ticks spent by the process and the children it has waited for. */
    private static long[] stat(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int field = 11; field <= 14; field++) { // utime, stime, cutime, cstime of proc(5)
                ticks += Long.parseLong(fields[field]);
            }
            return new long[] {Long.parseLong(fields[21]) * PAGE_BYTES, ticks};
        } catch (IOException | NumberFormatException gone) {
            return new long[2];
        }
    }

    synchronized long peakMb() {
        return peakBytes >> 20;
    }

    synchronized double cpuSeconds() {
        return cpuSeconds;
    }
}
