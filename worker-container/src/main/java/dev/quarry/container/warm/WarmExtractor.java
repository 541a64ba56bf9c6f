package dev.quarry.container.warm;

import java.io.IOException;

/** An extractor that lives in a process of {@link WarmLoop}. */
public interface WarmExtractor {
    /** What is thrown becomes FAILED(EXTRACTOR_ERROR); an OutOfMemoryError ends the process. */
    WarmAnswer extract(WarmFile file) throws IOException;
}
