package dev.quarry.container.extractor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the agent reads of an extractor that no sandbox kept from making it. */
@Timeout(20)
class OutputReaderTest {
    private static final ExtractorManifest.Limits LIMITS =
            new ExtractorManifest.Limits(Duration.ofSeconds(10), Duration.ofSeconds(10), 64, 0, 2, 10, 10);

    @TempDir
    Path folder;

    private Path output = Path.of("set below");

    @BeforeEach
    void anEmptyFolder() throws IOException {
        output = Files.createDirectories(folder.resolve("output"));
        Files.createDirectory(output.resolve("artifacts"));
        Files.writeString(folder.resolve("secret"), "{}");
    }

    private ExtractorOutput read() throws BadOutputException {
        return new OutputReader(LIMITS).read(output, ExtractorAnswer.OK);
    }

    @Test
    void regularFilesAreRead() throws Exception {
        for (String name : new String[] {"metadata.json", "text.txt", "segments.ndjson", "artifacts/a.jpg"}) {
            Files.writeString(output.resolve(name), "{}");
        }
        ExtractorOutput read = read();

        assertThat(read.metadata()).isEmpty();
        assertThat(read.text())
                .isEqualTo(new OutputText(
                        "{}",
                        2,
                        RegularFile.sha256(folder.resolve("secret"), 10).sha256()));
        assertThat(read.segments()).hasSize(1);
        assertThat(read.artifacts()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"metadata.json", "text.txt", "segments.ndjson", "artifacts/a.jpg"})
    void aLinkASecondNameAPipeAndAFolderAreRefusedWithoutBeingOpened(String name) throws Exception {
        Path file = output.resolve(name);
        Files.createSymbolicLink(file, folder.resolve("secret"));
        assertThatThrownBy(this::read).hasMessageContaining("not a regular file");
        Files.delete(file);
        Files.createLink(file, folder.resolve("secret"));
        assertThatThrownBy(this::read).hasMessageContaining("second name");
        Files.delete(file);
        new ProcessBuilder("mkfifo", file.toString()).start().waitFor(); // opening it would wait for a writer
        assertThat(Files.exists(file)).isTrue();
        assertThatThrownBy(this::read).hasMessageContaining("not a regular file");
        Files.delete(file);
        Files.createDirectory(file);
        assertThatThrownBy(this::read).hasMessageContaining("not a regular file");
    }

    @Test
    void foldersThatAreLinksAreRefused() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("a.jpg"), "x");
        Files.delete(output.resolve("artifacts"));
        Files.createSymbolicLink(output.resolve("artifacts"), elsewhere);
        assertThatThrownBy(this::read).hasMessageContaining("artifacts is not a directory");
        Files.delete(output.resolve("artifacts"));
        Files.delete(output);
        Files.createSymbolicLink(output, elsewhere);
        assertThatThrownBy(this::read).hasMessageContaining("not a directory any more");
    }

    @Test
    void ofTooManyArtifactsTheFirstThousandAreTaken() throws Exception {
        for (int i = 0; i < 1_500; i++) {
            Files.writeString(output.resolve("artifacts/a" + i), "x");
        }
        ExtractorOutput read = read();

        assertThat(read.artifacts()).hasSize(1_000);
        assertThat(read.partial()).contains(PartialReason.ARTIFACTS_CUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..a", ".hidden", "a b", "a\nb", "a\u00e9"})
    void anArtifactsNameIsAPlainOne(String name) throws Exception {
        Files.writeString(output.resolve("artifacts").resolve(name), "x");
        assertThatThrownBy(this::read).hasMessageContaining("artifact's name");
    }

    @Test
    void aFileThatGrowsWhileItIsReadIsReadNoFurtherThanItsCap() throws Exception {
        Path file = Files.writeString(output.resolve("text.txt"), "12345");
        try (InputStream in = RegularFile.open(file, 10)) {
            assertThat(in.readNBytes(5)).hasSize(5);
            Files.writeString(file, "67890", StandardOpenOption.APPEND);
            assertThat(in.readNBytes(5)).as("all that is allowed").hasSize(5);
            Files.writeString(file, "1", StandardOpenOption.APPEND);
            assertThatThrownBy(in::read).hasMessageContaining("text.txt grew").hasMessageContaining("10 bytes");
        }
    }

    @Test
    void valuesAreCountedBeforeThereAreAny() throws Exception {
        Files.writeString(output.resolve("metadata.json"), "{\"a\":[" + "[],".repeat(150_000) + "[]]}");
        assertThatThrownBy(this::read).hasMessageContaining("metadata.json has more than 200000");
        Files.writeString(output.resolve("metadata.json"), "{\"a\":[" + "1,".repeat(150_000) + "1]}");
        assertThat(read().metadata()).as("its twin is within the count").isNotNull();
        Files.writeString(output.resolve("segments.ndjson"), ("{\"a\":[" + "1,".repeat(9_999) + "1]}\n").repeat(80));
        assertThatThrownBy(this::read).hasMessageContaining("segments.ndjson has more than 600000");
    }
}
