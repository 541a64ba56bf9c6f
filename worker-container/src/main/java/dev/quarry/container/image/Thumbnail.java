package dev.quarry.container.image;

import dev.quarry.container.warm.WarmAnswer;
import dev.quarry.container.warm.WarmAnswer.Status;
import dev.quarry.container.warm.WarmExtractor;
import dev.quarry.container.warm.WarmFile;
import dev.quarry.container.warm.WarmLoop;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** A JPEG of at most 512 pixels on the longer side, turned as EXIF says, `thumbnail.jpg`. The header's size is checked before anything is decoded. */
final class Thumbnail implements WarmExtractor {
    private static final int LONGER_SIDE = 512;
    private static final long MOST_PIXELS = 100_000_000;

    @Override
    public WarmAnswer extract(WarmFile file) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.input().toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return WarmAnswer.without(Status.UNSUPPORTED_TYPE, "not a format that the JDK's ImageIO reads");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return draw(reader, file);
            } catch (IOException | RuntimeException e) {
                return WarmAnswer.failed("CORRUPT", WarmLoop.words(e));
            } finally {
                reader.dispose();
            }
        }
    }

    private static WarmAnswer draw(ImageReader reader, WarmFile file) throws IOException {
        Pixels pixels = new Pixels(reader.getWidth(0), reader.getHeight(0));
        if (pixels.count() > MOST_PIXELS) {
            return WarmAnswer.failed(
                    "TOO_LARGE", pixels.width() + " x " + pixels.height() + " pixels, at most " + MOST_PIXELS);
        }
        BufferedImage thumbnail = scaled(decoded(reader, pixels), pixels, Orientation.of(file.input()));
        Path artifacts = Files.createDirectories(file.output().resolve("artifacts"));
        if (!ImageIO.write(thumbnail, "jpg", artifacts.resolve("thumbnail.jpg").toFile())) {
            return WarmAnswer.failed("EXTRACTOR_ERROR", "this JDK writes no JPEG");
        }
        return WarmAnswer.ok(
                null, Map.of("thumbnailWidth", thumbnail.getWidth(), "thumbnailHeight", thumbnail.getHeight()));
    }

    /** Skips pixels while decoding, so that a large image needs the memory of a small one. */
    private static BufferedImage decoded(ImageReader reader, Pixels pixels) throws IOException {
        int step = Math.max(1, Math.max(pixels.width(), pixels.height()) / (LONGER_SIDE * 2));
        ImageReadParam parameters = reader.getDefaultReadParam();
        parameters.setSourceSubsampling(step, step, 0, 0);
        return reader.read(0, parameters);
    }

    private static BufferedImage scaled(BufferedImage image, Pixels pixels, Orientation orientation) {
        double scale = Math.min(1.0, LONGER_SIDE / (double) Math.max(pixels.width(), pixels.height()));
        int width = Math.max(1, (int) Math.round(pixels.width() * scale));
        int height = Math.max(1, (int) Math.round(pixels.height() * scale));
        BufferedImage thumbnail = orientation.swapsSides()
                ? new BufferedImage(height, width, BufferedImage.TYPE_INT_RGB)
                : new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = thumbnail.createGraphics();
        try {
            graphics.setColor(Color.WHITE); // behind what is transparent
            graphics.fillRect(0, 0, thumbnail.getWidth(), thumbnail.getHeight());
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            graphics.transform(orientation.transform(width, height));
            graphics.drawImage(image, 0, 0, width, height, null);
        } finally {
            graphics.dispose();
        }
        return thumbnail;
    }
}
