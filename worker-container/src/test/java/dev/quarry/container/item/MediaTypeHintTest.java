package dev.quarry.container.item;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypeHintTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "a.mkv, video/x-matroska",
        "A.MKV, video/x-matroska",
        "a.b.wmv, video/x-ms-wmv",
        "a.mp3, audio/mpeg",
        "a.png, image/png",
        "mkv, application/octet-stream",
        "a.unheard-of, application/octet-stream"
    })
    void withoutASignatureTheNameTells(String name, String type) throws Exception {
        assertThat(hint("some words, nothing more", name)).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource({
        "RIFF....AVI LIST, video/x-msvideo",
        "'RIFF....WAVEfmt ', audio/x-wav",
        "'RIFF....WEBPVP8 ', image/webp",
        "....ftypM4A ...., audio/mp4",
        "....ftypqt  ...., video/quicktime",
        "....ftypisom...., video/mp4",
        "....ftypheic...., image/heif",
        "GIF89a.........., image/gif"
    })
    void theContentTellsMoreThanTheName(String content, String type) throws Exception {
        assertThat(hint(content, "a.txt")).isEqualTo(type);
    }

    @Test
    void whatIsShorterThanASignatureHasNone() throws Exception {
        assertThat(hint("....ftyp", "a.txt")).isEqualTo("text/plain");
        assertThat(hint("\032E\337\243", "a.txt")).isEqualTo("video/x-matroska");
    }

    private String hint(String content, String name) throws Exception {
        Path file = Files.write(folder.resolve("input"), content.getBytes(StandardCharsets.ISO_8859_1));
        return MediaTypeHint.of(file, name);
    }
}
