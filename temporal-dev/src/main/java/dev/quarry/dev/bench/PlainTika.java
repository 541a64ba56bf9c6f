package dev.quarry.dev.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tika.exception.TikaException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.ocr.TesseractOCRConfig;
import org.apache.tika.sax.BodyContentHandler;
import org.xml.sax.SAXException;

/** What a loop around Tika's AutoDetectParser costs: one JVM, some threads, results thrown away. */
final class PlainTika {
    private PlainTika() {}

    /** @param arguments folder, threads; prints files, files that parsed, seconds, CPU seconds */
    public static void main(String[] arguments) throws Exception {
        long start = System.nanoTime();
        List<Path> files = SmallFiles.below(Path.of(arguments[0]));
        Queue<Path> queue = new ConcurrentLinkedQueue<>(files);
        AtomicInteger parsed = new AtomicInteger();
        AutoDetectParser parser = new AutoDetectParser();
        Thread[] threads = new Thread[Integer.parseInt(arguments[1])];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (Path file = queue.poll(); file != null; file = queue.poll()) {
                    if (parse(parser, file)) {
                        parsed.incrementAndGet();
                    }
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Measured.print(files.size(), parsed.get(), start);
    }

    private static boolean parse(AutoDetectParser parser, Path file) {
        Metadata metadata = new Metadata();
        metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, file.getFileName().toString());
        TesseractOCRConfig noOcr = new TesseractOCRConfig();
        noOcr.setSkipOcr(true);
        ParseContext context = new ParseContext();
        context.set(TesseractOCRConfig.class, noOcr);
        try (TikaInputStream in = TikaInputStream.get(file, metadata)) {
            parser.parse(in, new BodyContentHandler(-1), metadata, context);
            return true;
        } catch (IOException | SAXException | TikaException | RuntimeException | StackOverflowError broken) {
            return false;
        }
    }
}
