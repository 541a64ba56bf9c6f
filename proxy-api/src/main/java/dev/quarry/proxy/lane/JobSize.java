package dev.quarry.proxy.lane;

/**
 * What a job asks its scheduler for.
 *
 * @param diskMb scratch space of the whole job: the downloads held at once, what extractors write beside them, artifacts and slack
 */
public record JobSize(int cpuMhz, int memoryMb, int diskMb) {
    public JobSize {
        if (cpuMhz <= 0 || memoryMb <= 0 || diskMb <= 0) {
            throw new IllegalArgumentException("a job's size must be positive: cpu-mhz " + cpuMhz + ", memory-mb "
                    + memoryMb + ", disk-mb " + diskMb);
        }
    }

    /** The larger of each. */
    JobSize or(JobSize other) {
        return new JobSize(
                Math.max(cpuMhz, other.cpuMhz), Math.max(memoryMb, other.memoryMb), Math.max(diskMb, other.diskMb));
    }

    /** Of each as much as there is. */
    JobSize within(JobSize most) {
        return new JobSize(
                Math.min(cpuMhz, most.cpuMhz), Math.min(memoryMb, most.memoryMb), Math.min(diskMb, most.diskMb));
    }
}
