package dev.quarry.container.tika;

import dev.quarry.container.warm.WarmLoop;
import java.io.IOException;
import java.util.Map;

/** The process that serves the extractor `tika`. */
public final class TikaProgram {
    private TikaProgram() {}

    public static void main(String[] arguments) throws IOException {
        new WarmLoop(Map.of("tika", new TikaExtractor())).run();
    }
}
