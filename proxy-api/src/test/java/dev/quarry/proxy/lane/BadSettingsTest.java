package dev.quarry.proxy.lane;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program does not start with settings that cannot be meant, and says what to set. */
class BadSettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lanes[0].memory-mb=-1 | lane 'video': memory-mb is -1; set a positive number",
                "lanes[0].disk-mb=0 | lane 'video': disk-mb is 0",
                "lanes[0].disk-factor=-1 | lane 'video': disk-factor is -1.0; set 0 for a fixed disk",
                "lanes[0].disk-factor=NaN | disk-factor is NaN",
                "lanes[0].min-size=-5B | no file is from min-size -5B",
                "lanes[0].min-size=2GB lanes[0].max-size=1GB | set max-size above min-size",
                "lanes[0].accepts=*.{mp4 | accepts has '*.{mp4', which is no pattern of names: a { without a }",
                "lanes[0].accepts=*.[mp4 | a [ without a ]",
                "lanes[0].accepts=*.[4-1] | accepts has '*.[4-1]', which is no pattern of names",
                "lanes[0].sizes[0].memory-mb=-4096 | lane 'video': a job's size must be positive: cpu-mhz 1000, memory-mb -4096",
                "lanes[0].sizes[0].up-to=-1GB | up-to of a size class is -1073741824B; it must be positive",
                "lanes[0].sizes[0].memory-mb=512 | asks for less than the lane itself",
                "lanes[0].sizes[0].media-types=movies | not a media type: 'movies'; write it as video/mp4 or video/*",
                "lanes[0].sizes[0].up-to=2GB lanes[0].sizes[1].up-to=1GB | size class up to 1073741824B comes after the one up to 2147483648B; order them by up-to",
                "lanes[0].sizes[0].memory-mb=4096 lanes[0].sizes[1].up-to=1GB | size class up to 1073741824B comes after the one up to any size",
                "lanes[0].sizes[0].up-to=1GB lanes[0].sizes[0].memory-mb=4096 lanes[0].sizes[1].up-to=2GB lanes[0].sizes[1].memory-mb=2048 | larger files must not get less",
                "lanes[0].sizes[0].media-types=video/* lanes[0].sizes[1].media-types=video/mp4 | media types that overlap",
                "node.memory-mb=1000 | lane 'video' needs 1,024 MB of memory, the largest node has 1,000: raise quarry.node.memory-mb or lower the lane's memory-mb",
                "node.cpu-mhz=-1 | quarry.node: cpu-mhz is -1; set what the largest node can give one job",
                "lanes[0].node-class=gpu node-classes.gpu.disk-mb=100 | raise quarry.node-classes.gpu.disk-mb"
            })
    void whatCannotBeMeantIsRefusedWithTheSettingToChange(String settings, String message) {
        String[] pairs = settings.strip().split("[= ]", -1);
        assertThatThrownBy(() -> LaneSettings.lanes(pairs))
                .hasStackTraceContaining("IllegalArgumentException: quarry.")
                .hasStackTraceContaining(message.strip());
    }
}
