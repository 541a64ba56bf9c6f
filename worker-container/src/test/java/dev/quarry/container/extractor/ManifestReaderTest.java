package dev.quarry.container.extractor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.container.BadEnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
    private static final String GOOD = """
            name: words
            version: "1.2"
            lane: documents
            mode: warm
            accepts: {mediaTypes: [image/*, application/pdf], minBytes: 1, maxBytes: 1000}
            command: [/usr/bin/words]
            limits: {seconds: 60, silenceSeconds: 10, memoryMb: 256, memoryShare: 0.5, outputMb: 8, files: 100}
            yields: [metadata, text]
            outOfMemoryExits: [3]
            """;

    @TempDir
    Path folder;

    private ExtractorManifest read(String yaml) throws IOException {
        Path extractor = Files.createDirectories(folder.resolve("words"));
        Files.writeString(extractor.resolve("extractor.yaml"), yaml);
        return ManifestReader.read(extractor);
    }

    @Test
    void aManifestIsReadWhole() throws IOException {
        ExtractorManifest manifest = read(GOOD);

        assertThat(manifest.name()).isEqualTo("words");
        assertThat(manifest.process()).isEqualTo("words");
        assertThat(manifest.limits().total()).isEqualTo(Duration.ofMinutes(1));
        assertThat(manifest.limits().memoryMbIn(0)).isEqualTo(256);
        assertThat(manifest.limits().memoryMbIn(2048)).isEqualTo(1024);
        assertThat(manifest.outOfMemoryExits()).containsExactly(3);
    }

    @ParameterizedTest
    @CsvSource({
        "image/png, 10, true",
        "IMAGE/PNG, 10, true",
        "imagex/png, 10, false",
        "application/pdf, 1000, true",
        "application/pdf, 1001, false",
        "application/pdf, 0, false",
        "text/plain, 10, false"
    })
    void acceptsByMediaTypeAndSize(String mediaType, long size, boolean accepted) throws IOException {
        assertThat(read(GOOD).accepts().file(mediaType, size)).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: words|name: Words|name|Words",
                "name: words|name: other|name|other",
                "mode: warm|mode: hot|mode|hot",
                "mode: warm||mode|missing",
                "seconds: 60|seconds: 0|limits.seconds|0",
                "seconds: 60|seconds: soon|limits.seconds|soon",
                "seconds: 60|secs: 60|limits.secs|60",
                "memoryShare: 0.5|memoryShare: 2|limits.memoryShare|2",
                "lane: documents|line: documents|line|documents",
                "[image/*, application/pdf]|[image]|accepts.mediaTypes|image",
                "[/usr/bin/words]|/usr/bin/words|command|/usr/bin/words",
                "outOfMemoryExits: [3]|needs: {words: [a]}|needs.words|a",
                "outOfMemoryExits: [3]|needs: {../words: a}|needs.../words|a",
                "[metadata, text]|[metadata, txt]|yields|txt",
                "[3]|[300]|outOfMemoryExits|300"
            })
    void anErrorNamesFileFieldAndValue(String from, String to, String field, String value) {
        assertThatThrownBy(() -> read(GOOD.replace(from, to == null ? "" : to)))
                .isInstanceOf(BadEnvironmentException.class)
                .hasMessageContaining(folder.resolve("words/extractor.yaml").toString())
                .hasMessageContaining("'" + field + "'")
                .hasMessageContaining(value);
    }

    @Test
    void whatIsNoYamlIsSaidToBeNone() {
        assertThatThrownBy(() -> read("a: ["))
                .isInstanceOf(BadEnvironmentException.class)
                .hasMessageContaining("YAML");
        assertThatThrownBy(() -> read("just words"))
                .isInstanceOf(BadEnvironmentException.class)
                .hasMessageContaining("mapping");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tika", "image", "thumbnail", "noop", "ffprobe", "frames", "exiftool", "ocr"})
    void theManifestsOfTheImageAreGood(String name) {
        assertThat(ManifestReader.read(Path.of("src/main/image/extractors", name))
                        .name())
                .isEqualTo(name);
    }

    @Test
    void filmsAreReadWithTheSameListOfFormatsWhichHasNoneThatNamesOtherFiles() {
        List<String> ffprobe = optionsOf("ffprobe");

        assertThat(ffprobe.subList(0, 3)).containsExactly("-protocol_whitelist", "file", "-format_whitelist");
        assertThat(ffprobe.get(3).split(",", -1))
                .contains("matroska")
                .doesNotContain(
                        "hls",
                        "dash",
                        "concat",
                        "image2",
                        "applehttp",
                        "sdp",
                        "rtsp",
                        "lavfi",
                        "imf",
                        "webm_dash_manifest");
        assertThat(optionsOf("frames")).isEqualTo(ffprobe);
    }

    private static List<String> optionsOf(String extractor) {
        List<String> command = ManifestReader.read(Path.of("src/main/image/extractors", extractor))
                .command();
        return command.subList(4, command.size());
    }

    @Test
    void tikasVersionIsTheLibrarys() {
        String version =
                ManifestReader.read(Path.of("src/main/image/extractors/tika")).version();

        assertThat(org.apache.tika.Tika.getString()).isEqualTo("Apache Tika " + version);
    }
}
