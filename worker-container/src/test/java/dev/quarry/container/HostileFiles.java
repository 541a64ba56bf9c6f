package dev.quarry.container;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Bombs and traps, made here so that nobody has to ask where they come from. */
final class HostileFiles {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final String CONTENT_TYPES =
            "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                    + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                    + "<Override PartName=\"/word/document.xml\" ContentType="
                    + "\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    private static final String RELATIONS =
            "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                    + "<Relationship Id=\"rId1\" Type="
                    + "\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>"
                    + "</Relationships>";
    private static final String WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    private HostileFiles() {}

    /** Ten times ten times ... the same entity. */
    static byte[] laughs(int levels) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e0 \"laughter\">");
        for (int level = 1; level <= levels; level++) {
            xml.append("<!ENTITY e").append(level).append(" \"").append(("&e" + (level - 1) + ";").repeat(10));
            xml.append("\">");
        }
        return utf8(xml.append("]><a>&e").append(levels).append(";</a>").toString());
    }

    /** An entity that is what lies at this address. */
    static byte[] entity(String address) {
        return utf8("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"" + address + "\">]><a>seen: &x;</a>");
    }

    /** A definition of the document's type that lies at this address, and may itself send what it reads. */
    static byte[] outsideDefinition(String address) {
        return utf8("<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"" + address + "\"><a>seen</a>");
    }

    static byte[] svg(String address) {
        return utf8("<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY x SYSTEM \"" + address + "\">]>"
                + "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"><text>seen: &x;</text>"
                + "<image xlink:href=\"" + address + "\"/></svg>");
    }

    static byte[] including(String address) {
        return utf8("<a xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include parse=\"text\" href=\"" + address
                + "\"/></a>");
    }

    static byte[] docxWithEntity(String address) throws IOException {
        return zip(Map.of(
                "[Content_Types].xml", utf8(CONTENT_TYPES),
                "_rels/.rels", utf8(RELATIONS),
                "word/document.xml",
                        utf8("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY x SYSTEM \"" + address + "\">]>"
                                + "<w:document xmlns:w=\"" + WORD
                                + "\"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>")));
    }

    /** A document whose template lies at this address. */
    static byte[] docxWithTemplate(String address) throws IOException {
        String relations =
                "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                        + "<Relationship Id=\"rId1\" TargetMode=\"External\" Type="
                        + "\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate\" Target=\""
                        + address
                        + "\"/></Relationships>";
        return zip(Map.of(
                "[Content_Types].xml", utf8(CONTENT_TYPES),
                "_rels/.rels", utf8(RELATIONS),
                "word/_rels/document.xml.rels", utf8(relations),
                "word/document.xml",
                        utf8("<?xml version=\"1.0\"?><w:document xmlns:w=\"" + WORD
                                + "\"><w:body><w:p><w:r><w:t>seen</w:t></w:r></w:p></w:body></w:document>")));
    }

    /** A document of some hundred kilobytes whose text has so many megabytes. */
    static byte[] docxOf(int megabytes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "[Content_Types].xml", utf8(CONTENT_TYPES));
            put(zip, "_rels/.rels", utf8(RELATIONS));
            zip.putNextEntry(new ZipEntry("word/document.xml"));
            zip.write(utf8("<?xml version=\"1.0\"?><w:document xmlns:w=\"" + WORD + "\"><w:body>"));
            byte[] paragraphs = utf8("<w:p><w:r><w:t>a</w:t></w:r></w:p>".repeat(30_000)); // a megabyte
            for (int i = 0; i < megabytes; i++) {
                zip.write(paragraphs);
            }
            zip.write(utf8("</w:body></w:document>"));
        }
        return bytes.toByteArray();
    }

    /** A picture of one colour, black and white, all of it there. */
    static byte[] largePng(int side) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream rows = new DeflaterOutputStream(packed, new Deflater(1))) {
            byte[] row = new byte[1 + (side + 7) / 8];
            for (int y = 0; y < side; y++) {
                rows.write(row);
            }
        }
        return png(side, 1, 0, packed.toByteArray());
    }

    /** A header that promises a picture in full colour, and next to nothing behind it. */
    static byte[] promisedPng(int side) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream rows = new DeflaterOutputStream(packed)) {
            rows.write(new byte[1000]);
        }
        return png(side, 8, 6, packed.toByteArray());
    }

    private static byte[] png(int side, int depth, int colour, byte[] packed) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(header);
        fields.writeInt(side);
        fields.writeInt(side);
        fields.write(new byte[] {(byte) depth, (byte) colour, 0, 0, 0});
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.write(PNG);
        chunk(png, "IHDR", header.toByteArray());
        chunk(png, "IDAT", packed);
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(utf8(type));
        crc.update(data);
        DataOutputStream out = new DataOutputStream(png);
        out.writeInt(data.length);
        out.write(utf8(type));
        out.write(data);
        out.writeInt((int) crc.getValue());
    }

    /** A playlist that names another file. */
    static byte[] playlist(String address) {
        return utf8(
                "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:7.0,\n" + address + "\n#EXT-X-ENDLIST\n");
    }

    static byte[] zip(Map<String, byte[]> members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                put(zip, member.getKey(), member.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
