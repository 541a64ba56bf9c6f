package dev.quarry.activity.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FargateSizeTest {
    @Property
    void aSizeOfFargateHoldsWhatWasAskedAndIsOneThatItHas(
            @ForAll @IntRange(min = 1, max = 16_384) int cpu, @ForAll @IntRange(min = 1, max = 122_880) int memoryMb) {
        FargateSize size = FargateSize.atLeast(cpu, memoryMb).orElseThrow();
        assertThat(size.cpu()).isGreaterThanOrEqualTo(cpu);
        assertThat(size.memoryMb()).isGreaterThanOrEqualTo(memoryMb);
        int gigabytes = size.memoryMb() / 1024;
        boolean known = switch (size.cpu()) {
            case 256 -> List.of(512, 1024, 2048).contains(size.memoryMb());
            case 512 -> size.memoryMb() % 1024 == 0 && gigabytes >= 1 && gigabytes <= 4;
            case 1024 -> size.memoryMb() % 1024 == 0 && gigabytes >= 2 && gigabytes <= 8;
            case 2048 -> size.memoryMb() % 1024 == 0 && gigabytes >= 4 && gigabytes <= 16;
            case 4096 -> size.memoryMb() % 1024 == 0 && gigabytes >= 8 && gigabytes <= 30;
            case 8192 -> size.memoryMb() % 4096 == 0 && gigabytes >= 16 && gigabytes <= 60;
            case 16384 -> size.memoryMb() % 8192 == 0 && gigabytes >= 32 && gigabytes <= 120;
            default -> false;
        };
        assertThat(known).as("%s", size).isTrue();
    }
}
