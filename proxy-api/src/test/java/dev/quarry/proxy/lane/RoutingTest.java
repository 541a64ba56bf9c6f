package dev.quarry.proxy.lane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingTest {
    @ParameterizedTest
    @CsvSource({
        "films/a.mp4, media",
        "films/A.MP4, media",
        "a.MoV, media",
        "a.mp4.txt, documents",
        "mp4, documents",
        "no extension, documents"
    })
    void theFirstLaneWhosePatternFitsTakesAFileWhateverTheCaseOfItsName(String name, String lane) {
        Lanes lanes = LaneSettings.lanes(
                "lanes[0].name", "media",
                "lanes[0].accepts[0]", "*.mp4",
                "lanes[0].accepts[1]", "*.MOV",
                "lanes[1].name", "documents",
                "lanes[1].image", "quarry-agent",
                "lanes[1].extractors", "tika");

        assertThat(lanes.route(name, 1).map(Lane::name)).contains(lane);
    }
}
