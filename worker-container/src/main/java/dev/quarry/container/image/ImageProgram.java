package dev.quarry.container.image;

import dev.quarry.container.warm.WarmLoop;
import java.io.IOException;
import java.util.Map;
import javax.imageio.ImageIO;

/** The process that serves the extractors `image` and `thumbnail`. */
public final class ImageProgram {
    private ImageProgram() {}

    public static void main(String[] arguments) throws IOException {
        ImageIO.setUseCache(false); // ImageIO's cache is a temporary file for each image
        new WarmLoop(Map.of("image", new ImageProperties(), "thumbnail", new Thumbnail())).run();
    }
}
