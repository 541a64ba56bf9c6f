package dev.quarry.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Memory and processor time of the agent and everything it started, as /proc has them. */
final class Gauge {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that runs a JVM
    private static final Pattern MOST_RESIDENT = Pattern.compile("^VmHWM:\\s*(\\d+) kB$", Pattern.MULTILINE);

    private long peakBytes;
    private double cpuSeconds;

    synchronized void sample() {
        long bytes = 0;
        double ticks = 0;
        ProcessHandle self = ProcessHandle.current();
        for (long pid : Stream.concat(Stream.of(self), self.descendants())
                .mapToLong(ProcessHandle::pid)
                .toArray()) {
            bytes += mostResident(pid);
            ticks += ticks(pid);
        }
        peakBytes = Math.max(peakBytes, bytes);
        cpuSeconds = Math.max(cpuSeconds, ticks / TICKS_PER_SECOND);
    }

    /** The most that was ever resident of the process: the kernel kept it, so nothing between two samples is missed. */
    private static long mostResident(long pid) {
        try {
            Matcher most = MOST_RESIDENT.matcher(read(pid, "status"));
            return most.find() ? Long.parseLong(most.group(1)) << 10 : 0;
        } catch (IOException gone) {
            return 0;
        }
    }

    /** Ticks spent by the process and the children it has waited for. */
    private static long ticks(long pid) {
        try {
            String stat = read(pid, "stat");
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int field = 11; field <= 14; field++) { // utime, stime, cutime, cstime of proc(5)
                ticks += Long.parseLong(fields[field]);
            }
            return ticks;
        } catch (IOException | NumberFormatException gone) {
            return 0;
        }
    }

    private static String read(long pid, String what) throws IOException {
        return Files.readString(Path.of("/proc", String.valueOf(pid), what), StandardCharsets.ISO_8859_1);
    }

    synchronized long peakMb() {
        return peakBytes >> 20;
    }

    synchronized double cpuSeconds() {
        return cpuSeconds;
    }
}
