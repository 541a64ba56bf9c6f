package dev.quarry.dev.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tika.exception.TikaConfigException;
import org.apache.tika.pipes.FetchEmitTuple;
import org.apache.tika.pipes.PipesConfig;
import org.apache.tika.pipes.PipesException;
import org.apache.tika.pipes.PipesParser;
import org.apache.tika.pipes.PipesResult;
import org.apache.tika.pipes.emitter.EmitKey;
import org.apache.tika.pipes.fetcher.FetchKey;

/** What Tika's own isolation costs: its PipesParser with forked parser processes, results sent back and thrown away. */
final class ForkedTika {
    private static final String CONFIG = """
            <properties>
              <parsers>
                <parser class="org.apache.tika.parser.DefaultParser">
                  <parser-exclude class="org.apache.tika.parser.ocr.TesseractOCRParser"/>
                </parser>
              </parsers>
              <fetchers>
                <fetcher class="org.apache.tika.pipes.fetcher.fs.FileSystemFetcher">
                  <params><name>documents</name><basePath>@FOLDER@</basePath></params>
                </fetcher>
              </fetchers>
              <pipes>
                <params>
                  <numClients>@CLIENTS@</numClients>
                  <tikaConfig>@CONFIG@</tikaConfig>
                  <timeoutMillis>120000</timeoutMillis>
                  <maxForEmitBatchBytes>-1</maxForEmitBatchBytes>
                  <maxFilesProcessedPerProcess>100000</maxFilesProcessedPerProcess>
                  <forkedJvmArgs><arg>-Xmx512m</arg><arg>-XX:+UseSerialGC</arg></forkedJvmArgs>
                </params>
              </pipes>
            </properties>
            """;

    private ForkedTika() {}

    /** @param arguments folder, clients; prints files, files that parsed, seconds, CPU seconds */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int clients = Integer.parseInt(arguments[1]);
        long start = System.nanoTime();
        Path config = Files.createTempFile("forked-tika-", ".xml");
        try (PipesParser parser = new PipesParser(config(config, folder, clients))) {
            List<Path> files = SmallFiles.below(folder);
            int parsed = parseAll(parser, folder, files, clients);
            Measured.print(files.size(), parsed, start);
        } finally {
            Files.delete(config);
        }
    }

    private static PipesConfig config(Path file, Path folder, int clients) throws IOException, TikaConfigException {
        Files.writeString(
                file,
                CONFIG.replace("@FOLDER@", folder.toString())
                        .replace("@CLIENTS@", Integer.toString(clients))
                        .replace("@CONFIG@", file.toString()));
        return PipesConfig.load(file);
    }

    private static int parseAll(PipesParser parser, Path folder, List<Path> files, int clients)
            throws InterruptedException {
        Queue<Path> queue = new ConcurrentLinkedQueue<>(files);
        AtomicInteger parsed = new AtomicInteger();
        Thread[] threads = new Thread[clients];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (Path file = queue.poll(); file != null; file = queue.poll()) {
                    if (parse(parser, folder.relativize(file).toString())) {
                        parsed.incrementAndGet();
                    }
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return parsed.get();
    }

    private static boolean parse(PipesParser parser, String key) {
        try {
            PipesResult result = parser.parse(new FetchEmitTuple(key, new FetchKey("documents", key), EmitKey.NO_EMIT));
            return result.getEmitData() != null;
        } catch (PipesException | IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
