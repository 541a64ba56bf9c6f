package dev.quarry.proxy.lane;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;

/**
 * A lane's policy from a file's size and media type to the size of its job. Pure. It grows with the file and is never below the base; what a node can hold is
 * another question ({@link Node}).
 *
 * <p>Disk is what is held at once. An agent downloads ahead up to 256 MiB or half of its disk, whichever is less, and a larger file alone; so the base holds
 * any batch of small files, and only what the largest file has above the look-ahead is added, times the disk factor.
 */
final class Sizing {
    private static final int LOOKAHEAD_MB = 256;
    private static final int MEBIBYTE = 1 << 20;

    private final JobSize base;
    private final double diskFactor;
    /** For files that no class names. */
    private final Step plain;

    /** By the media types they name, in the order of size; under the empty set those for all others. */
    private final Map<Set<String>, List<Step>> steps = new LinkedHashMap<>();

    /** A size class with all its gaps filled. */
    private record Step(SizeClass of, JobSize size, double diskFactor) {}

    /** @throws IllegalArgumentException naming what to set, if the classes are not in order */
    Sizing(String lane, JobSize base, double diskFactor, List<SizeClass> classes) {
        this.base = base;
        this.diskFactor = diskFactor;
        this.plain = new Step(new SizeClass(null, List.of(), null, null, null, null), base, diskFactor);
        for (SizeClass one : classes) {
            List<Step> before = steps.computeIfAbsent(new TreeSet<>(one.mediaTypes()), none -> new ArrayList<>());
            before.add(step(lane, one));
            inOrder(lane, before);
        }
        apart(lane, classes);
    }

    private Step step(String lane, SizeClass one) {
        JobSize size;
        try {
            size = new JobSize(
                    one.cpuMhz() == null ? base.cpuMhz() : one.cpuMhz(),
                    one.memoryMb() == null ? base.memoryMb() : one.memoryMb(),
                    one.diskMb() == null ? base.diskMb() : one.diskMb());
        } catch (IllegalArgumentException notPositive) {
            throw refused(lane, String.valueOf(notPositive.getMessage()));
        }
        if (!size.or(base).equals(size)) {
            throw refused(
                    lane,
                    "size class up to " + upTo(one) + " asks for less than the lane itself (" + size + ", " + base
                            + "); lower the lane's cpu-mhz, memory-mb or disk-mb, or raise the class's");
        }
        return new Step(one, size, one.diskFactor() == null ? diskFactor : one.diskFactor());
    }

    private static void inOrder(String lane, List<Step> steps) {
        if (steps.size() < 2) {
            return;
        }
        Step before = steps.get(steps.size() - 2);
        Step last = steps.get(steps.size() - 1);
        boolean larger = before.of.upTo() != null
                && (last.of.upTo() == null || last.of.upTo().compareTo(before.of.upTo()) > 0);
        if (!larger) {
            throw refused(
                    lane,
                    "size class up to " + upTo(last.of) + " comes after the one up to " + upTo(before.of)
                            + "; order them by up-to, the smallest first");
        }
        if (!last.size.or(before.size).equals(last.size) || last.diskFactor < before.diskFactor) {
            throw refused(
                    lane,
                    "size class up to " + upTo(last.of) + " asks for less than the one up to " + upTo(before.of)
                            + "; larger files must not get less");
        }
    }

    private static void apart(String lane, List<SizeClass> classes) {
        for (SizeClass one : classes) {
            for (SizeClass other : classes) {
                boolean same = Set.copyOf(one.mediaTypes()).equals(Set.copyOf(other.mediaTypes()));
                if (!same && one.overlaps(other)) {
                    throw refused(
                            lane,
                            "size classes name media types that overlap: " + one.mediaTypes() + " and "
                                    + other.mediaTypes() + "; give them the same list, or lists apart");
                }
            }
        }
    }

    private static String upTo(SizeClass one) {
        return one.upTo() == null ? "any size" : String.valueOf(one.upTo());
    }

    private static IllegalArgumentException refused(String lane, String why) {
        return new IllegalArgumentException("quarry.lanes: lane '" + lane + "': " + why);
    }

    /** The size of a job for this file alone. */
    JobSize of(String name, long bytes) {
        Step step = stepOf(name, bytes);
        double lookahead = Math.min(LOOKAHEAD_MB, base.diskMb() / 2.0);
        double above = Math.max(0, (double) bytes / MEBIBYTE - lookahead);
        double disk = step.size.diskMb() + Math.ceil(above * step.diskFactor);
        return new JobSize(step.size.cpuMhz(), step.size.memoryMb(), (int) Math.min(disk, Integer.MAX_VALUE));
    }

    private Step stepOf(String name, long bytes) {
        if (steps.isEmpty()) {
            return plain;
        }
        MediaType type = MediaTypeFactory.getMediaType(name).orElse(MediaType.APPLICATION_OCTET_STREAM);
        List<Step> named = steps.values().stream()
                .filter(some -> some.get(0).of.names(type))
                .findFirst()
                .orElseGet(() -> steps.getOrDefault(Set.of(), List.of(plain)));
        return named.stream().filter(step -> step.of.holds(bytes)).findFirst().orElse(named.get(named.size() - 1));
    }
}
