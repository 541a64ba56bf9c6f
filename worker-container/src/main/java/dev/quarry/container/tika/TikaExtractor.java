package dev.quarry.container.tika;

import dev.quarry.container.warm.WarmAnswer;
import dev.quarry.container.warm.WarmAnswer.Status;
import dev.quarry.container.warm.WarmExtractor;
import dev.quarry.container.warm.WarmFile;
import dev.quarry.container.warm.WarmLoop;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.exception.UnsupportedFormatException;
import org.apache.tika.exception.ZeroByteFileException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.HttpHeaders;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.ocr.TesseractOCRConfig;
import org.apache.tika.sax.BodyContentHandler;
import org.xml.sax.SAXException;

/**
 * Apache Tika with all its standard parsers, OCR off. The text is that of {@code new BodyContentHandler(-1)}, members of archives and
 * attachments inline as Tika's own handler gives them.
 */
final class TikaExtractor implements WarmExtractor {
    private static final long MOST_METADATA = 600_000;
    private static final String UNKNOWN = "application/octet-stream";
    private static final String NO_PARSER = "org.apache.tika.parser.EmptyParser";

    private final AutoDetectParser parser = new AutoDetectParser();

    @Override
    public WarmAnswer extract(WarmFile file) throws IOException {
        Metadata metadata = new Metadata();
        try (KeptText text = new KeptText(file.output().resolve("text.txt"), file.progress());
                TikaInputStream in = TikaInputStream.get(file.input(), metadata)) {
            metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, file.name());
            try {
                parser.parse(in, new BodyContentHandler(text), metadata, context());
                return parsed(metadata, text);
            } catch (TikaException | SAXException | IOException | RuntimeException e) {
                return failed(e).withMediaType(type(metadata));
            }
        }
    }

    private static ParseContext context() {
        // AutoDetectParser would run tesseract by itself wherever it is installed.
        TesseractOCRConfig ocr = new TesseractOCRConfig();
        ocr.setSkipOcr(true);
        ParseContext context = new ParseContext();
        context.set(TesseractOCRConfig.class, ocr);
        return context;
    }

    private static WarmAnswer parsed(Metadata metadata, KeptText text) throws IOException {
        String type = type(metadata);
        text.close();
        if (text.isBlank() && isUnknown(metadata, type)) {
            return WarmAnswer.without(Status.UNSUPPORTED_TYPE, "Tika has no parser for " + type)
                    .withMediaType(type);
        }
        Map<String, Object> names = new LinkedHashMap<>();
        boolean whole = names(metadata, names);
        List<String> partial = whole ? List.of() : List.of("METADATA_CUT");
        return new WarmAnswer(Status.OK, null, null, type, names, text.chars(), text.sha256(), partial);
    }

    private static boolean isUnknown(Metadata metadata, String type) {
        List<String> parsers = Arrays.asList(metadata.getValues(TikaCoreProperties.TIKA_PARSED_BY));
        return type.startsWith(UNKNOWN) || parsers.contains(NO_PARSER);
    }

    private static String type(Metadata metadata) {
        String type = metadata.get(HttpHeaders.CONTENT_TYPE);
        return type == null ? UNKNOWN : type;
    }

    private static WarmAnswer failed(Exception thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                throw (OutOfMemoryError) cause;
            }
            if (cause instanceof EncryptedDocumentException
                    || cause instanceof org.apache.poi.EncryptedDocumentException) {
                return WarmAnswer.without(Status.ENCRYPTED, WarmLoop.words(cause));
            }
            if (cause instanceof ZeroByteFileException) {
                return WarmAnswer.without(Status.EMPTY, "no bytes");
            }
            if (cause instanceof UnsupportedFormatException) {
                return WarmAnswer.without(Status.UNSUPPORTED_TYPE, WarmLoop.words(cause));
            }
        }
        return WarmAnswer.failed(isProgramError(thrown) ? "EXTRACTOR_ERROR" : "CORRUPT", WarmLoop.words(root(thrown)));
    }

    private static boolean isProgramError(Exception thrown) {
        return thrown instanceof RuntimeException || thrown.getCause() instanceof RuntimeException;
    }

    private static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    /** @return false if some were too much for an answer line: the API keeps 1 MiB */
    private static boolean names(Metadata metadata, Map<String, Object> names) {
        long left = MOST_METADATA;
        boolean whole = true;
        for (String name : metadata.names()) {
            String[] values = metadata.getValues(name);
            long chars = name.length()
                    + Arrays.stream(values).mapToLong(String::length).sum();
            if (chars > left) {
                whole = false;
            } else {
                left -= chars;
                names.put(name, values.length == 1 ? values[0] : values);
            }
        }
        return whole;
    }
}
