package dev.quarry.container.train;

import java.awt.image.BufferedImage;
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
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.ss.usermodel.Workbook;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xwpf.usermodel.XWPFDocument;

/** A small document of each common kind, made by the libraries that read them, so that no binaries lie in the repository. */
final class SampleDocuments {
    private static final String SENTENCE = "The quick brown fox jumps over the lazy dog.";

    private SampleDocuments() {}

    /** By name, in the order in which they are worth loading classes for. */
    static Map<String, byte[]> all() throws IOException {
        Map<String, byte[]> documents = new LinkedHashMap<>();
        documents.put("sample.txt", utf8(SENTENCE));
        documents.put(
                "sample.html", utf8("<html><head><title>t</title></head><body><p>" + SENTENCE + "</p></body></html>"));
        documents.put("sample.xml", utf8("<?xml version=\"1.0\"?><a><b>" + SENTENCE + "</b></a>"));
        documents.put("sample.csv", utf8("a,b\n1,2\n3,4\n"));
        documents.put("sample.rtf", utf8("{\\rtf1\\ansi " + SENTENCE + "}"));
        documents.put("sample.eml", utf8("From: a@example.org\nTo: b@example.org\nSubject: s\n\n" + SENTENCE + "\n"));
        documents.put("sample.pdf", pdf());
        documents.put("sample.docx", docx());
        documents.put("sample.xlsx", workbook(new XSSFWorkbook()));
        documents.put("sample.xls", workbook(new HSSFWorkbook()));
        documents.put("sample.pptx", pptx());
        documents.put("sample.png", image("png"));
        documents.put("sample.jpg", image("jpg"));
        documents.put("sample.gif", image("gif"));
        documents.put("sample.zip", zip());
        return documents;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] pdf() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage();
            document.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.beginText();
                content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
                content.newLineAtOffset(50, 700);
                content.showText(SENTENCE);
                content.endText();
            }
            document.save(bytes);
        }
        return bytes.toByteArray();
    }

    private static byte[] docx() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (XWPFDocument document = new XWPFDocument()) {
            document.createParagraph().createRun().setText(SENTENCE);
            document.createTable(2, 2).getRow(0).getCell(0).setText("cell");
            document.write(bytes);
        }
        return bytes.toByteArray();
    }

    private static byte[] workbook(Workbook workbook) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (workbook) {
            workbook.createSheet("sheet").createRow(0).createCell(0).setCellValue(SENTENCE);
            workbook.getSheetAt(0).createRow(1).createCell(0).setCellValue(47.11);
            workbook.write(bytes);
        }
        return bytes.toByteArray();
    }

    private static byte[] pptx() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (XMLSlideShow show = new XMLSlideShow()) {
            show.createSlide().createTextBox().setText(SENTENCE);
            show.write(bytes);
        }
        return bytes.toByteArray();
    }

    private static byte[] image(String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BufferedImage image = new BufferedImage(1200, 800, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, format, bytes);
        return bytes.toByteArray();
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("member.txt"));
            zip.write(utf8(SENTENCE));
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }
}
