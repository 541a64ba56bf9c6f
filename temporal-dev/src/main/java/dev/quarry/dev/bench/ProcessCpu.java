package dev.quarry.dev.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** CPU seconds of processes with all that they started: what ended and was waited for, and what still runs. */
final class ProcessCpu {
    private static final double TICKS_PER_SECOND = 100;
    /** In /proc/PID/stat behind the command's name, which may hold blanks: utime, stime, cutime, cstime. */
    private static final int FIRST = 11;

    private static final int LAST = 14;

    private ProcessCpu() {}

    static double ofTrees(List<Long> roots) {
        return roots.stream().mapToDouble(ProcessCpu::ofTree).sum();
    }

    static double ofTree(long root) {
        double descendants = ProcessHandle.of(root).stream()
                .flatMap(ProcessHandle::descendants)
                .mapToDouble(process -> ticks(process.pid()))
                .sum();
        return (ticks(root) + descendants) / TICKS_PER_SECOND;
    }

    private static double ticks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            double ticks = 0;
            for (int field = FIRST; field <= LAST; field++) {
                ticks += Double.parseDouble(fields[field]);
            }
            return ticks;
        } catch (IOException gone) {
            // its parent waited for it and has its time
            return 0;
        }
    }
}
