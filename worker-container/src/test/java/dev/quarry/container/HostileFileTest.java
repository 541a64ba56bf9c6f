package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

/** The documents lane under attack by files: each ends as a named outcome, nothing is read, nothing is sent, and the batch goes on. */
class HostileFileTest extends AgentTest {
    private static final String CANARY = "the-canary-sings-4711";

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    @Test
    void whatNamesOtherFilesOrAddressesGetsNothingOfThem() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.txt"), CANARY);
        try (Listener listener = new Listener()) {
            for (String address : new String[] {secret.toUri().toString(), listener.url("entity")}) {
                String kind = address.substring(0, 4);
                files.put(kind + "-entity.xml", HostileFiles.entity(address));
                files.put(kind + "-definition.xml", HostileFiles.outsideDefinition(address));
                files.put(kind + "-picture.svg", HostileFiles.svg(address));
                files.put(kind + "-include.xml", HostileFiles.including(address));
                files.put(kind + "-entity.docx", HostileFiles.docxWithEntity(address));
                files.put(kind + "-template.docx", HostileFiles.docxWithTemplate(address));
            }

            runWithGoodFilesAround();

            for (String name : files.keySet()) {
                assertThat(outcome(name))
                        .as(name + " (a document with entities is no document)")
                        .isEqualTo(name.endsWith("-entity.docx") ? "FAILED(CORRUPT)" : "INDEXED");
            }
            assertThat(String.join("\n", api.lines.values())).doesNotContain(CANARY);
            assertThat(listener.asked()).as("who called").isEmpty();

            DocumentBuilderFactory careless = DocumentBuilderFactory.newInstance();
            assertThat(careless.newDocumentBuilder()
                            .parse(new ByteArrayInputStream(files.get("file-entity.xml")))
                            .getDocumentElement()
                            .getTextContent())
                    .as("twin: a parser without care")
                    .isEqualTo("seen: " + CANARY);
            careless.newDocumentBuilder().parse(new ByteArrayInputStream(files.get("http-definition.xml")));
            assertThat(listener.asked()).as("twin: a parser without care").containsExactly("/entity");
        }
    }

    @Test
    void bombsEndAsNamedOutcomes() throws Exception {
        byte[] quine = ZipQuine.bytes();
        assertThat(unpacked(quine)).as("it holds itself").isEqualTo(quine);
        files.put("laughs.xml", HostileFiles.laughs(9));
        files.put("laughs.svg", HostileFiles.laughs(9));
        files.put("quine.zip", quine);
        files.put("large.png", HostileFiles.largePng(30_000));
        files.put("promised.png", HostileFiles.promisedPng(30_000));

        runWithGoodFilesAround();

        assertThat(outcome("quine.zip")).as("Tika stops at some depth").isEqualTo("INDEXED");
        assertThat(api.extraction(n("quine.zip"), "tika").path("textChars").asInt())
                .isLessThan(10_000);
        assertThat(outcome("laughs.xml")).isEqualTo("FAILED(CORRUPT)");
        assertThat(outcome("laughs.svg")).isEqualTo("FAILED(CORRUPT)");
        for (String picture : new String[] {"large.png", "promised.png"}) {
            assertThat(outcome(picture)).as("found by its properties").isEqualTo("INDEXED");
            assertThat(api.extraction(n(picture), "thumbnail").path("reason").asText())
                    .isEqualTo("TOO_LARGE");
            assertThat(api.done(n(picture)).path("partial").toString()).contains("EXTRACTOR_FAILED");
            assertThat(api.extraction(n(picture), "image")
                            .path("metadata")
                            .path("width")
                            .asInt())
                    .isEqualTo(30_000);
        }
        api.lines.forEach((key, line) -> assertThat(line.length()).as(key).isLessThan(5_000_000));
    }

    @Test
    void aDocumentThatExpandsTo200MegabytesIsLeftToALargerJobAndHurtsNoOther() throws Exception {
        given("QUARRY_MEMORY_MB", "256");
        byte[] bomb = HostileFiles.docxOf(200);
        assertThat(bomb.length).as("bytes that are stored").isLessThan(1_000_000);
        api.extractors("tika")
                .file("before.txt", "before")
                .file("bomb.docx", bomb)
                .file("after.txt", "after");

        assertThat(runPatiently()).as("memory that ran out although alone").isEqualTo(21);
        assertThat(api.done.keySet()).containsExactly(0, 2);
        assertThat(api.outcome(2)).isEqualTo("INDEXED");
    }

    private void runWithGoodFilesAround() throws Exception {
        files.put("good.txt", "a good file".getBytes(StandardCharsets.UTF_8));
        api.extractors("tika", "image", "thumbnail");
        files.forEach(api::file);

        assertThat(runPatiently()).isEqualTo(0);
        assertThat(api.done).as("all files have an outcome").hasSize(files.size());
        assertThat(outcome("good.txt")).isEqualTo("INDEXED");
    }

    private int n(String name) {
        return files.keySet().stream().toList().indexOf(name);
    }

    private String outcome(String name) {
        return api.outcome(n(name));
    }

    private static byte[] unpacked(byte[] archive) throws Exception {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            zip.getNextEntry();
            return zip.readAllBytes();
        }
    }
}
