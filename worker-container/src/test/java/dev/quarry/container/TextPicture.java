package dev.quarry.container;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.imageio.ImageIO;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;

/** A picture of words. In the font that PDFBox brings along, since a machine without a screen may have none. */
final class TextPicture {
    private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";
    private static final int HEIGHT = 120;
    private static final double SIZE = 48;

    private TextPicture() {}

    static byte[] png(String words) throws IOException {
        try (InputStream in = PDDocument.class.getResourceAsStream(FONT);
                TrueTypeFont font = new TTFParser().parse(new RandomAccessReadBuffer(in))) {
            BufferedImage image = new BufferedImage(40 + 30 * words.length(), HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
            Graphics2D graphics = image.createGraphics();
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, image.getWidth(), HEIGHT);
            graphics.setColor(Color.BLACK);
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            draw(graphics, font, words);
            graphics.dispose();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(image, "png", bytes);
            return bytes.toByteArray();
        }
    }

    private static void draw(Graphics2D graphics, TrueTypeFont font, String words) throws IOException {
        double scale = SIZE / font.getUnitsPerEm();
        double x = 20;
        for (int i = 0; i < words.length(); i++) {
            int glyph = font.getUnicodeCmapLookup().getGlyphId(words.charAt(i));
            AffineTransform place = AffineTransform.getTranslateInstance(x, HEIGHT * 0.6);
            place.scale(scale, -scale);
            graphics.fill(place.createTransformedShape(
                    font.getGlyph().getGlyph(glyph) == null
                            ? new java.awt.geom.GeneralPath()
                            : font.getGlyph().getGlyph(glyph).getPath()));
            x += font.getAdvanceWidth(glyph) * scale;
        }
    }
}
