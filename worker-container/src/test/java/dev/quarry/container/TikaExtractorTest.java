package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.sax.BodyContentHandler;
import org.junit.jupiter.api.Test;

/** The documents lane as it is deployed, over documents whose text plain Tika says as well. One agent, since a JVM takes seconds to start. */
class TikaExtractorTest extends AgentTest {
    private final Map<String, byte[]> documents = new LinkedHashMap<>();

    @Test
    void everyDocumentEndsAsPlainTikaSees() throws Exception {
        documents.put("note.txt", utf8("Gr\u00fc\u00dfe \ud83d\ude00 \u0001 end"));
        documents.put("page.html", utf8("<html><head><title>T</title></head><body><p>a word</p></body></html>"));
        documents.put("letter.docx", docx("a letter"));
        documents.put("bundle.zip", zip(Map.of("inner.txt", utf8("inner words"), "inner.docx", docx("inner letter"))));
        documents.put("photo.png", png(1000, 700));
        documents.put("locked.pdf", lockedPdf());
        documents.put("noise.unknown", new byte[] {(byte) 0xd3, 1, 2, 3, (byte) 0x99, 0});
        documents.put("broken.docx", broken(docx("never seen")));
        api.extractors("tika", "image", "thumbnail");
        documents.forEach(api::file);

        assertThat(run()).isEqualTo(0);

        for (String name : new String[] {"note.txt", "page.html", "letter.docx", "bundle.zip"}) {
            assertThat(outcome(name)).as(name).isEqualTo("INDEXED");
            String text = plainTika(name);
            assertThat(extraction(name, "tika").path("text").asText()).as(name).isEqualTo(text);
            assertThat(extraction(name, "tika").path("textSha256").asText())
                    .as(name)
                    .isEqualTo(Sha256.of(text));
            assertThat(extraction(name, "image").isMissingNode()).as(name).isTrue();
        }
        assertThat(extraction("bundle.zip", "tika").path("text").asText()).contains("inner words", "inner letter");
        assertThat(extraction("letter.docx", "tika").path("mediaType").asText()).contains("wordprocessingml");
        assertThat(outcome("locked.pdf")).isEqualTo("NO_CONTENT(ENCRYPTED)");
        assertThat(outcome("noise.unknown")).isEqualTo("NO_CONTENT(UNSUPPORTED_TYPE)");
        assertThat(outcome("broken.docx")).startsWith("FAILED(");
        assertThat(api.done(n("broken.docx")).path("detail").asText()).doesNotContain("\tat ");
        aPhotoHasPropertiesAndAThumbnail();
    }

    private void aPhotoHasPropertiesAndAThumbnail() throws IOException {
        assertThat(outcome("photo.png")).isEqualTo("INDEXED");
        assertThat(extraction("photo.png", "image")
                        .path("metadata")
                        .path("width")
                        .asInt())
                .isEqualTo(1000);
        assertThat(extraction("photo.png", "image")
                        .path("metadata")
                        .path("height")
                        .asInt())
                .isEqualTo(700);
        byte[] jpeg = api.artifacts.get(n("photo.png") + "/artifacts/thumbnail/thumbnail.jpg");
        BufferedImage thumbnail = ImageIO.read(new ByteArrayInputStream(jpeg));
        assertThat(thumbnail.getWidth()).isEqualTo(512);
        assertThat(thumbnail.getHeight()).isEqualTo(358);
        assertThat(extraction("photo.png", "thumbnail")
                        .path("artifacts")
                        .path(0)
                        .path("mediaType")
                        .asText())
                .isEqualTo("image/jpeg");
    }

    private int n(String name) {
        return documents.keySet().stream().toList().indexOf(name);
    }

    private String outcome(String name) {
        return api.outcome(n(name));
    }

    private JsonNode extraction(String name, String extractor) {
        return api.extraction(n(name), extractor);
    }

    private String plainTika(String name) throws Exception {
        BodyContentHandler text = new BodyContentHandler(-1);
        Metadata metadata = new Metadata();
        metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
        new AutoDetectParser().parse(new ByteArrayInputStream(documents.get(name)), text, metadata);
        return text.toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] docx(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (XWPFDocument document = new XWPFDocument()) {
            document.createParagraph().createRun().setText(text);
            document.write(bytes);
        }
        return bytes.toByteArray();
    }

    private static byte[] broken(byte[] document) {
        byte[] broken = document.clone();
        for (int i = broken.length / 3; i < broken.length / 3 + 400; i++) {
            broken[i] ^= 0x5a;
        }
        return broken;
    }

    private static byte[] zip(Map<String, byte[]> members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                zip.putNextEntry(new ZipEntry(member.getKey()));
                zip.write(member.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", bytes);
        return bytes.toByteArray();
    }

    private static byte[] lockedPdf() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PDDocument document = new PDDocument()) {
            document.addPage(new PDPage());
            document.protect(new StandardProtectionPolicy("owner", "user", new AccessPermission()));
            document.save(bytes);
        }
        return bytes.toByteArray();
    }
}
