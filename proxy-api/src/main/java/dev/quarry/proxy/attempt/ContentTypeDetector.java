package dev.quarry.proxy.attempt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MimeTypes;
import org.springframework.stereotype.Component;

/** Tells what a file is by its first bytes. Parses nothing: it compares bytes with known signatures, so it can be done here. */
@Component
class ContentTypeDetector {
    /** That many of a file's first bytes are looked at. */
    static final int BYTES = 64 * 1024;

    private final MimeTypes types = MimeTypes.getDefaultMimeTypes();

    /**
     * The media type, without parameters; {@code application/octet-stream} if nothing is known.
     *
     * @param start the file's first bytes, {@link #BYTES} if there are as many
     * @param name refines what the bytes say, and never contradicts it: a zip that is called docx is taken for one, a JPEG that is called docx is a JPEG
     */
    String of(byte[] start, int length, String name) {
        Metadata named = new Metadata();
        named.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
        try {
            return types.detect(new ByteArrayInputStream(start, 0, length), named)
                    .getBaseType()
                    .toString();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
