package dev.quarry.container.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.container.warm.WarmFile;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A picture of four colours: red and green above, blue and white below, as stored. */
class ThumbnailTest {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 700;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "1, red green blue white",
        "2, green red white blue",
        "3, white blue green red",
        "4, blue white red green",
        "5, red blue green white",
        "6, blue red white green",
        "7, white green blue red",
        "8, green white red blue"
    })
    void thePictureIsTurnedAsItsOrientationSays(int orientation, String colours) throws Exception {
        BufferedImage thumbnail = thumbnail(oriented(orientation));

        assertThat(colours(thumbnail)).isEqualTo(colours);
        assertThat(thumbnail.getWidth()).isEqualTo(orientation < 5 ? 512 : 358);
        assertThat(thumbnail.getHeight()).isEqualTo(orientation < 5 ? 358 : 512);
    }

    @Test
    void anOrientationThatThereIsNotIsNone() throws Exception {
        assertThat(colours(thumbnail(oriented(9)))).isEqualTo("red green blue white");
    }

    private BufferedImage thumbnail(byte[] picture) throws IOException {
        Path input = Files.write(folder.resolve("input.jpg"), picture);
        new Thumbnail().extract(new WarmFile(input, folder, "input.jpg", picture.length, new AtomicLong()));
        return ImageIO.read(folder.resolve("artifacts/thumbnail.jpg").toFile());
    }

    private static String colours(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        return String.join(
                " ",
                colour(image.getRGB(width / 4, height / 4)),
                colour(image.getRGB(width * 3 / 4, height / 4)),
                colour(image.getRGB(width / 4, height * 3 / 4)),
                colour(image.getRGB(width * 3 / 4, height * 3 / 4)));
    }

    private static String colour(int rgb) {
        Color colour = new Color(rgb);
        boolean red = colour.getRed() > 128;
        if (red && colour.getBlue() > 128) {
            return "white";
        }
        return red ? "red" : colour.getBlue() > 128 ? "blue" : "green";
    }

    private static byte[] oriented(int orientation) throws IOException {
        byte[] plain = picture();
        byte[] exif = {
            (byte) 0xff,
            (byte) 0xe1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0, // a segment of 34 bytes
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1, // one entry
            1,
            18,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte) orientation,
            0,
            0, // 0x0112, a short
            0,
            0,
            0,
            0
        };
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(plain, 0, 2);
        bytes.write(exif);
        bytes.write(plain, 2, plain.length - 2);
        return bytes.toByteArray();
    }

    private static byte[] picture() throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        Color[] colours = {Color.RED, Color.GREEN, Color.BLUE, Color.WHITE};
        for (int i = 0; i < colours.length; i++) {
            graphics.setColor(colours[i]);
            graphics.fillRect(i % 2 * WIDTH / 2, i / 2 * HEIGHT / 2, WIDTH / 2, HEIGHT / 2);
        }
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", bytes);
        return bytes.toByteArray();
    }
}
