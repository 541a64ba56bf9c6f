package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The extractors that are programs of Debian's, in their sandbox, on files that these programs made. */
class MediaExtractorTest extends AgentTest {
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    @Test
    void aFilmHasStreamsTagsAndFourPicturesAndASoundHasNone() throws Exception {
        Tools.assumeInstalled("ffmpeg", "ffprobe", "exiftool");
        for (String name : new String[] {"film.mp4", "film.mkv", "film.avi"}) {
            files.put(name, Files.readAllBytes(Tools.film(folder.resolve(name), 4, "a film about otters")));
        }
        for (String name : new String[] {"sound.mp3", "sound.flac"}) {
            files.put(name, Files.readAllBytes(Tools.sound(folder.resolve(name), 4, "the song of otters")));
        }
        files.put("no extension", files.get("film.mkv"));
        byte[] whole = Objects.requireNonNull(files.get("film.mp4"));
        files.put("truncated.mp4", Arrays.copyOf(whole, whole.length / 2)); // what says where all is stands at its end
        files.put("words.mp4", "no film at all".getBytes(StandardCharsets.UTF_8));
        files.put("words.ogv", "no film at all, either".getBytes(StandardCharsets.UTF_8));
        api.extractors("ffprobe", "frames", "exiftool");
        files.forEach(api::file);

        assertThat(runPatiently()).isEqualTo(0);

        for (String name : new String[] {"film.mp4", "film.mkv", "film.avi", "no extension"}) {
            assertThat(outcome(name)).as(name).isEqualTo("INDEXED");
            assertThat(api.done(n(name)).path("partial")).as(name).isEmpty();
            assertThat(api.done(n(name)).hasNonNull("detail")).as(name).isFalse();
            JsonNode metadata = extraction(name, "ffprobe").path("metadata");
            assertThat(metadata.path("format").path("duration").asDouble())
                    .as(name)
                    .isBetween(3.5, 4.5);
            assertThat(metadata.path("streams").findValuesAsText("codec_type"))
                    .containsExactlyInAnyOrder("video", "audio");
            assertThat(metadata.toString()).as(name).contains("otters").doesNotContain(folder.toString());
            assertThat(extraction(name, "exiftool").path("metadata").toString())
                    .as(name)
                    .contains("ExifTool:ExifToolVersion")
                    .doesNotContain(folder.toString());
            fourPictures(name);
        }
        JsonNode film = extraction("film.mp4", "exiftool").path("metadata");
        assertThat(film.path("QuickTime:Duration").asDouble())
                .as("which stands behind the pictures: %s", film)
                .isBetween(3.5, 4.5);
        assertThat(film.toString()).contains("a film about otters");
        for (String name : new String[] {"sound.mp3", "sound.flac"}) {
            assertThat(outcome(name)).as(name).isEqualTo("INDEXED");
            assertThat(extraction(name, "ffprobe").toString()).contains("otters");
            assertThat(extraction(name, "exiftool").path("mediaType").asText()).startsWith("audio/");
            assertThat(extraction(name, "frames").isMissingNode()).as(name).isTrue();
        }
        assertThat(extraction("truncated.mp4", "ffprobe").path("reason").asText())
                .isEqualTo("CORRUPT");
        assertThat(extraction("truncated.mp4", "ffprobe").path("detail").asText())
                .contains("moov atom not found");
        assertThat(extraction("words.mp4", "ffprobe").path("reason").asText())
                .as("ffprobe goes by this name, so it is a broken film")
                .isEqualTo("CORRUPT");
        assertThat(extraction("words.ogv", "ffprobe").path("status").asText()).isEqualTo("UNSUPPORTED_TYPE");
        assertThat(extraction("words.mp4", "frames").path("status").asText()).isEqualTo("UNSUPPORTED_TYPE");
        everyExtractionHasItsRungs();
    }

    private void fourPictures(String name) throws IOException {
        assertThat(extraction(name, "frames").path("metadata").path("frames"))
                .as(name)
                .hasSize(4);
        for (int frame = 1; frame <= 4; frame++) {
            byte[] jpeg = api.artifacts.get(n(name) + "/artifacts/frames/frame-" + frame + ".jpg");
            assertThat(ImageIO.read(new ByteArrayInputStream(jpeg)).getWidth())
                    .as(name)
                    .isEqualTo(320);
        }
    }

    private void everyExtractionHasItsRungs() {
        assertThat(api.extractions).isNotEmpty();
        api.extractions.forEach((key, line) -> assertThat(line.path("isolation").toString())
                .as(key)
                .contains("landlock", "seccomp", "agent-hidden", "files-hidden", "no-sockets", "no-execution"));
    }

    @Test
    void thePixelsOfAPictureAreReadAsTextAndItsTagsByExiftool() throws Exception {
        Tools.assumeInstalled("tesseract", "exiftool");
        files.put("invoice.png", TextPicture.png("Invoice 4711 total 1234.56 EUR"));
        files.put("blank.png", TextPicture.png("  "));
        BufferedImage words = ImageIO.read(new ByteArrayInputStream(files.get("invoice.png")));
        for (String format : new String[] {"jpg", "tif", "gif", "bmp"}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            assertThat(ImageIO.write(words, format, bytes)).isTrue();
            files.put("invoice." + format, bytes.toByteArray());
        }
        files.put("truncated.png", Arrays.copyOf(files.get("invoice.png"), 200));
        api.extractors("ocr", "exiftool");
        files.forEach(api::file);

        assertThat(runPatiently()).isEqualTo(0);

        for (String name : files.keySet()) {
            if (name.startsWith("invoice")) {
                assertThat(extraction(name, "ocr").path("text").asText())
                        .as(name)
                        .contains("Invoice 4711")
                        .contains("1234.56");
                assertThat(extraction(name, "exiftool").path("mediaType").asText())
                        .startsWith("image/");
            }
        }
        assertThat(extraction("blank.png", "ocr").path("status").asText()).isEqualTo("EMPTY");
        assertThat(extraction("truncated.png", "ocr").path("reason").asText()).isEqualTo("CORRUPT");
        everyExtractionHasItsRungs();
    }

    @Test
    void whereAProgramIsMissingTheJobSaysWhichPackageHasIt() throws Exception {
        Path extractor = Files.createDirectories(folder.resolve("extractors/dreamer"));
        Files.writeString(extractor.resolve("extractor.yaml"), """
                name: dreamer
                version: "1"
                lane: documents
                mode: once
                needs: {no-such-program: dreams-of-debian}
                accepts: {mediaTypes: ["*/*"]}
                command: [no-such-program]
                yields: [metadata]
                """);
        given("QUARRY_EXTRACTORS", folder.resolve("extractors").toString());
        api.extractors("dreamer").file("a.txt", "a");

        assertThat(run()).isEqualTo(12);
        assertThat(agent().log()).contains("dreamer", "no-such-program", "dreams-of-debian");
    }

    private int n(String name) {
        return files.keySet().stream().toList().indexOf(name);
    }

    private String outcome(String name) {
        return api.outcome(n(name));
    }

    private JsonNode extraction(String name, String extractor) {
        return api.extraction(n(name), extractor);
    }
}
