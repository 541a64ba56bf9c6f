package dev.quarry.activity.ecs;

import java.util.List;
import java.util.Optional;

/**
 * A size that Fargate has: each amount of CPU goes with a range of memory.
 *
 * @param cpu in units of 1/1024 vCPU
 */
record FargateSize(int cpu, int memoryMb) {
    private record Range(int cpu, int leastMb, int mostMb, int stepMb) {
        private Optional<FargateSize> holding(int memoryMb) {
            int steps = Math.max(0, (int) Math.ceil((memoryMb - leastMb) / (double) stepMb));
            // 256 units come with 512, 1024 or 2048 MB: the one uneven step.
            int granted = cpu == 256 && memoryMb > 1024 ? mostMb : leastMb + steps * stepMb;
            return memoryMb > mostMb ? Optional.empty() : Optional.of(new FargateSize(cpu, granted));
        }
    }

    private static final int GB = 1024;
    private static final List<Range> RANGES = List.of(
            new Range(256, 512, 2 * GB, 512),
            new Range(512, GB, 4 * GB, GB),
            new Range(1024, 2 * GB, 8 * GB, GB),
            new Range(2048, 4 * GB, 16 * GB, GB),
            new Range(4096, 8 * GB, 30 * GB, GB),
            new Range(8192, 16 * GB, 60 * GB, 4 * GB),
            new Range(16384, 32 * GB, 120 * GB, 8 * GB));

    static final String LARGEST = "16384 CPU units and 122880 MB";

    /** The smallest one with so much of both, if there is one. */
    static Optional<FargateSize> atLeast(long cpu, int memoryMb) {
        return RANGES.stream()
                .filter(range -> range.cpu >= cpu)
                .flatMap(range -> range.holding(memoryMb).stream())
                .findFirst();
    }
}
