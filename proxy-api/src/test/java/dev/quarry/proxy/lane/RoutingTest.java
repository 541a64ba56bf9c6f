package dev.quarry.proxy.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
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
        assertThat(laneOf(name)).isEqualTo(lane);
    }

    @ParameterizedTest
    @CsvSource({
        "\u00e9t\u00e9.mp4, media",
        "\u00c9T\u00c9.MP4, media",
        "\u6620\u753b\ud83c\udfac.mov, media",
        "\u00e9t\u00e9, documents",
        "*?[{}]\\.mp4, media"
    })
    void aNameMayHoldAnything(String name, String lane) {
        assertThat(laneOf(name)).isEqualTo(lane);
    }

    /** What a container without a locale has: there a path of the default file system is ASCII or none. */
    @Test
    void aNameThatIsNotAsciiFitsWhateverTheLocale() throws Exception {
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RoutingTest.class.getName());
        java.environment().put("LC_ALL", "C");
        Process process = java.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(printed.strip()).isEqualTo("media");
    }

    /** Prints a lane, in a JVM of its own. */
    public static void main(String[] none) {
        System.out.println(laneOf("\u00e9t\u00e9.mp4"));
    }

    private static String laneOf(String name) {
        Lanes lanes = LaneSettings.lanes(
                "lanes[0].name", "media",
                "lanes[0].accepts[0]", "*.mp4",
                "lanes[0].accepts[1]", "*.MOV",
                "lanes[1].name", "documents",
                "lanes[1].image", "quarry-agent",
                "lanes[1].extractors", "tika");
        return lanes.route(name, 1).map(Lane::name).orElse("none");
    }
}
