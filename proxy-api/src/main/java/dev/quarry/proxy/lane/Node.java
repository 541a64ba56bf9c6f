package dev.quarry.proxy.lane;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The largest node that jobs may get: what it can give one job, not what is printed on it.
 *
 * @param cpuMhz null: no limit is known; the same for memory and disk
 */
public record Node(
        @Nullable Integer cpuMhz,
        @Nullable Integer memoryMb,
        @Nullable Integer diskMb) {
    public static final Node UNLIMITED = new Node(null, null, null);

    public Node {
        positive("cpu-mhz", cpuMhz);
        positive("memory-mb", memoryMb);
        positive("disk-mb", diskMb);
    }

    private static void positive(String setting, @Nullable Integer value) {
        if (value != null && value <= 0) {
            throw new IllegalArgumentException("quarry.node: " + setting + " is " + value
                    + "; set what the largest node can give one job, or leave it out");
        }
    }

    JobSize most() {
        return new JobSize(orAnything(cpuMhz), orAnything(memoryMb), orAnything(diskMb));
    }

    private static int orAnything(@Nullable Integer value) {
        return value == null ? Integer.MAX_VALUE : value;
    }

    /** Which resource of a size is more than this node has; empty if it fits. */
    Optional<Shortage> shortage(JobSize size) {
        JobSize most = most();
        if (size.diskMb() > most.diskMb()) {
            return Optional.of(new Shortage("disk", "disk-mb", "MB", size.diskMb(), most.diskMb()));
        }
        if (size.memoryMb() > most.memoryMb()) {
            return Optional.of(new Shortage("memory", "memory-mb", "MB", size.memoryMb(), most.memoryMb()));
        }
        return size.cpuMhz() > most.cpuMhz()
                ? Optional.of(new Shortage("processor", "cpu-mhz", "MHz", size.cpuMhz(), most.cpuMhz()))
                : Optional.empty();
    }

    /**
     * What a node is short of.
     *
     * @param setting as in {@code quarry.node}
     */
    record Shortage(String resource, String setting, String unit, int needed, int limit) {
        /** For people: the need and the limit. */
        String words() {
            return String.format(
                    Locale.ROOT, "needs %,d %s of %s, the largest node has %,d", needed, unit, resource, limit);
        }
    }
}
