package dev.quarry.dev.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** CPU seconds of processes with all that they started: what ended and was waited for, and what still runs. */
final class ProcessCpu {
    private static final double TICKS_PER_SECOND = 100;
    /** In /proc/PID/stat behind the command's name, which may hold blanks: utime, stime, cutime, cstime. */
    private static final int FIRST = 11;

    private static final int LAST = 14;

    private ProcessCpu() {}

    /** Read again when a process ended meanwhile: its parent's time and its own would count it twice, or not at all. */
    static double ofTree(long root) {
        double ticks;
        Set<Long> before;
        do {
            before = tree(root);
            ticks = before.stream().mapToDouble(ProcessCpu::ticks).sum();
        } while (!tree(root).containsAll(before));
        return ticks / TICKS_PER_SECOND;
    }

    private static Set<Long> tree(long root) {
        Set<Long> tree = ProcessHandle.of(root).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
        tree.add(root);
        return tree;
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
