package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.dev.client.RunTotals;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A small real tree through Tika and all the rest. */
@ExtendWith(SharedStack.class)
@Timeout(180)
class IndexingEndToEnd {
    private static final String LONG_NAME = "n".repeat(251) + ".txt";

    private static void oddTree(Path folder) throws Exception {
        Files.writeString(folder.resolve("plain.txt"), "The quick armadillo jumps over the lazy pangolin.");
        Files.writeString(folder.resolve("line\nbreak.txt"), "A name with a newline: okapi.");
        Files.writeString(folder.resolve("bell\u0007\u001b[31m.txt"), "A name with control characters: quokka.");
        Files.writeString(folder.resolve(LONG_NAME), "A name as long as names get: numbat.");
        Files.writeString(folder.resolve("empty.txt"), "");
        Files.writeString(folder.resolve(".hidden.txt"), "nobody finds me");
        Files.writeString(
                folder.resolve("page.html"), "<html><title>Deep sea</title><body>An axolotl swims.</body></html>");
        Path deep = Files.createDirectories(folder.resolve("a/b/c"));
        Files.writeString(deep.resolve("deep.txt"), "Three folders down: wombat.");
        Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("plain.txt"));
        ImageIO.write(
                new BufferedImage(800, 600, BufferedImage.TYPE_INT_RGB),
                "png",
                folder.resolve("photo.png").toFile());
        rawNames(folder);
    }

    /** Names that this JVM's own file API may not be able to say. */
    private static void rawNames(Path folder) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        "printf 'Bytes that are no text: tapir.' > \"$(printf 'latin-\\344\\377.txt')\";"
                                + " printf 'A smiling gecko.' > \"$(printf 'smile-\\360\\237\\230\\200.txt')\"")
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(shell.waitFor()).isZero();
    }

    @Test
    void everyFileOfATreeWithOddNamesHasItsOutcomeAndIsFoundByItsText(TestStack stack) throws Exception {
        TestStore store = stack.store("odd-tree");
        oddTree(store.folder());
        RunTotals totals = store.run();

        Map<String, String> outcomes = store.outcomes();
        assertThat(outcomes)
                .containsEntry("plain.txt", "INDEXED")
                .containsEntry("line\nbreak.txt", "INDEXED")
                .containsEntry("bell\u0007\u001b[31m.txt", "INDEXED")
                .containsEntry(LONG_NAME, "INDEXED")
                .containsEntry("latin-\u00e4\u00ff.txt", "INDEXED")
                .containsEntry(
                        new String(
                                "smile-\ud83d\ude00.txt".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1),
                        "INDEXED")
                .containsEntry("a/b/c/deep.txt", "INDEXED")
                .containsEntry("page.html", "INDEXED")
                .containsEntry("photo.png", "INDEXED")
                .containsEntry("empty.txt", "NO_CONTENT(EMPTY)");
        assertThat(outcomes.get(".hidden.txt")).startsWith("FILTERED");
        assertThat(totals.isCompleted()).isTrue();
        for (String word :
                new String[] {"armadillo", "okapi", "quokka", "numbat", "axolotl", "wombat", "tapir", "gecko"}) {
            assertThat(stack.api().search(word, 10).path("hits")).as(word).hasSize(1);
        }
        assertThat(stack.api().search("nobody finds", 10).path("hits")).isEmpty();
    }

    @Test
    void aPictureHasItsPropertiesAndAThumbnailThatCanBeFetched(TestStack stack) throws Exception {
        TestStore store = stack.store("picture");
        ImageIO.write(
                new BufferedImage(1600, 900, BufferedImage.TYPE_INT_RGB),
                "png",
                store.folder().resolve("wide.png").toFile());
        store.run();
        JsonNode file = stack.api()
                .file(stack.api()
                        .files(store.name(), "INDEXED", 1)
                        .get(0)
                        .path("file")
                        .asText());
        assertThat(file.path("extractions").findValuesAsText("extractor")).contains("image", "thumbnail");
        byte[] thumbnail = stack.api().artifact(file.findValue("artifact").asText());
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(thumbnail));
        assertThat(image.getWidth()).isEqualTo(512);
        assertThat(image.getHeight()).isEqualTo(288);
    }

    @Test
    void aSecondRunOfAnUnchangedTreeStartsNoJob(TestStack stack) throws Exception {
        TestStore store = stack.store("unchanged");
        store.turtles(30, 0);
        store.run();
        long attempts = stack.ledger().attempts(store.name());
        RunTotals second = store.run();
        assertThat(second.count("unchanged")).isEqualTo(30);
        assertThat(second.count("indexed")).isZero();
        assertThat(stack.ledger().attempts(store.name())).isEqualTo(attempts);
    }

    @Test
    void artifactsAreStoredOncePerFile(TestStack stack) throws Exception {
        TestStore store = stack.store("artifacts");
        for (int number = 0; number < 10; number++) {
            store.turtle(number, 0, "artifact copy-of-" + number);
        }
        store.run();
        JsonNode file = stack.api()
                .file(stack.api()
                        .files(store.name(), "INDEXED", 1)
                        .get(0)
                        .path("file")
                        .asText());
        assertThat(new String(stack.api().artifact(file.findValue("artifact").asText()), StandardCharsets.UTF_8))
                .startsWith("copy-of-");
        assertThat(stack.ledger().number("""
                                select count(*) from quarry.artifact a join quarry.extraction e on e.id = a.extraction
                                join quarry.file f on f.id = e.file join quarry.store s on s.id = f.store
                                where s.name = ? and e.counts
                                """, store.name())).isEqualTo(10);
    }
}
