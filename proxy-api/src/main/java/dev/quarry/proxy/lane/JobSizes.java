package dev.quarry.proxy.lane;

import dev.quarry.proxy.QuarrySettings;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How large the jobs of one lane are on its nodes: the lane's sizing, bounded by the largest node. */
public final class JobSizes {
    private final String lane;
    private final Sizing sizing;
    private final JobSize base;
    private final Node node;
    private final String nodeSetting;

    JobSizes(String lane, Sizing sizing, JobSize base, Node node, String nodeSetting) {
        this.lane = lane;
        this.sizing = sizing;
        this.base = base;
        this.node = node;
        this.nodeSetting = nodeSetting;
    }

    /** @throws IllegalArgumentException naming what to set, if no node could hold any job of the lane */
    static JobSizes of(Lane lane, QuarrySettings settings) {
        String nodeClass = lane.nodeClass();
        @Nullable Node own = nodeClass == null ? null : settings.nodeClasses().get(nodeClass);
        String setting = own == null ? "quarry.node" : "quarry.node-classes." + nodeClass;
        Node node = own == null ? settings.node() : own;
        Sizing sizing = new Sizing(lane.name(), lane.base(), lane.diskFactor(), lane.sizes());
        node.shortage(lane.base()).ifPresent(shortage -> {
            throw new IllegalArgumentException("quarry.lanes: lane '" + lane.name() + "' " + shortage.words()
                    + ": raise " + setting + "." + shortage.setting() + " or lower the lane's " + shortage.setting());
        });
        return new JobSizes(lane.name(), sizing, lane.base(), node, setting);
    }

    /** A file as far as its size is asked. */
    public record Sized(String name, long bytes) {}

    /** Why no node can hold a job for this file, with the need, the limit and what to set; empty if one can. */
    public Optional<String> tooLarge(String name, long bytes) {
        return node.shortage(sizing.of(name, bytes))
                .map(shortage -> shortage.words() + ": raise " + nodeSetting + "." + shortage.setting()
                        + ", or change the sizes of lane '" + lane + "'");
    }

    /** The size of one job for all these files; never more than the largest node has. */
    public JobSize of(Collection<Sized> files) {
        return files.stream()
                .map(file -> sizing.of(file.name(), file.bytes()))
                .reduce(base, JobSize::or)
                .within(node.most());
    }

    /** What an escalation that cannot go on was short of. */
    public enum Exhausted {
        MEMORY,
        DISK
    }

    /**
     * A size enlarged by factors.
     *
     * @param exhausted set if an earlier, smaller factor has asked for all that the largest node has, so that this one gives nothing more
     * @param detail with it: the need and the limit
     */
    public record Enlarged(
            JobSize size,
            @Nullable Exhausted exhausted,
            @Nullable String detail) {}

    /** Times the factors, up to the largest node. */
    public Enlarged enlarge(JobSize size, int memoryFactor, int diskFactor) {
        JobSize most = node.most();
        JobSize larger = new JobSize(
                size.cpuMhz(),
                times(size.memoryMb(), memoryFactor, most.memoryMb()),
                times(size.diskMb(), diskFactor, most.diskMb()));
        if (isSpent(size.memoryMb(), memoryFactor, most.memoryMb())) {
            return new Enlarged(
                    larger, Exhausted.MEMORY, words("memory", size.memoryMb(), memoryFactor, most.memoryMb()));
        }
        if (isSpent(size.diskMb(), diskFactor, most.diskMb())) {
            return new Enlarged(larger, Exhausted.DISK, words("disk", size.diskMb(), diskFactor, most.diskMb()));
        }
        return new Enlarged(larger, null, null);
    }

    /** Factors double: the one before this was half of it. */
    private static boolean isSpent(int of, int factor, int most) {
        return factor > 1 && (long) of * (factor / 2) >= most;
    }

    private static int times(int of, int factor, int most) {
        return (int) Math.min((long) of * factor, most);
    }

    private String words(String resource, int of, int factor, int most) {
        return String.format(
                Locale.ROOT,
                "needs %,d MB of %s (%d x %,d), the largest node has %,d: raise %s.%s-mb",
                (long) of * factor,
                resource,
                factor,
                of,
                most,
                nodeSetting,
                resource);
    }
}
