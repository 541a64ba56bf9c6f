package dev.quarry.dev.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.ocr.TesseractOCRConfig;
import org.apache.tika.sax.BodyContentHandler;
import org.xml.sax.SAXException;

/** What a loop around Tika's AutoDetectParser costs: one JVM, some threads, results thrown away. Set up as Quarry's extractor is. */
final class PlainTika {
    private PlainTika() {}

    /** @param arguments folder, threads */
    public static void main(String[] arguments) throws Exception {
        AutoDetectParser parser = new AutoDetectParser();
        Measured measured =
                ParsePass.over(Path.of(arguments[0]), Integer.parseInt(arguments[1]), file -> parse(parser, file));
        System.out.println(measured.line());
    }

    private static boolean parse(AutoDetectParser parser, Path file) {
        Metadata metadata = new Metadata();
        TesseractOCRConfig noOcr = new TesseractOCRConfig();
        noOcr.setSkipOcr(true);
        ParseContext context = new ParseContext();
        context.set(TesseractOCRConfig.class, noOcr);
        try (TikaInputStream in = TikaInputStream.get(file, metadata)) {
            metadata.set(
                    TikaCoreProperties.RESOURCE_NAME_KEY, file.getFileName().toString());
            parser.parse(in, new BodyContentHandler(-1), metadata, context);
            return true;
        } catch (IOException | SAXException | TikaException | RuntimeException | StackOverflowError broken) {
            return false;
        }
    }
}
