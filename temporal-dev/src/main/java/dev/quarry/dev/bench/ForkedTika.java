package dev.quarry.dev.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.tika.exception.TikaConfigException;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.pipes.FetchEmitTuple;
import org.apache.tika.pipes.HandlerConfig;
import org.apache.tika.pipes.PipesConfig;
import org.apache.tika.pipes.PipesException;
import org.apache.tika.pipes.PipesParser;
import org.apache.tika.pipes.emitter.EmitKey;
import org.apache.tika.pipes.fetcher.FetchKey;
import org.apache.tika.sax.BasicContentHandlerFactory;

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
                  <forkedJvmArgs>
                    <arg>-Xmx512m</arg><arg>-XX:+UseSerialGC</arg><arg>@JIT@</arg><arg>-Djava.awt.headless=true</arg><arg>-Djava.io.tmpdir=@TEMPORARY@</arg>
                  </forkedJvmArgs>
                </params>
              </pipes>
            </properties>
            """;

    private ForkedTika() {}

    /** @param arguments folder, clients, a JVM option for the forked processes */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int clients = Integer.parseInt(arguments[1]);
        try (PipesParser parser = new PipesParser(config(folder, clients, arguments[2]))) {
            Measured measured = ParsePass.over(
                    folder,
                    clients,
                    file -> parse(parser, folder.relativize(file).toString()));
            System.out.println(measured.line());
        }
    }

    private static PipesConfig config(Path folder, int clients, String jit) throws IOException, TikaConfigException {
        Path file = Files.createTempFile("forked-tika-", ".xml");
        Files.writeString(
                file,
                CONFIG.replace("@FOLDER@", folder.toString())
                        .replace("@CLIENTS@", Integer.toString(clients))
                        .replace("@JIT@", jit)
                        .replace("@CONFIG@", file.toString())
                        .replace("@TEMPORARY@", System.getProperty("java.io.tmpdir")));
        return PipesConfig.load(file);
    }

    private static boolean parse(PipesParser parser, String key) {
        // Members inline in one text, as BodyContentHandler gives them; the default would be one result for each
        // member.
        ParseContext context = new ParseContext();
        context.set(
                HandlerConfig.class,
                new HandlerConfig(
                        BasicContentHandlerFactory.HANDLER_TYPE.TEXT,
                        HandlerConfig.PARSE_MODE.CONCATENATE,
                        -1,
                        -1,
                        true));
        FetchEmitTuple document =
                new FetchEmitTuple(key, new FetchKey("documents", key), EmitKey.NO_EMIT, new Metadata(), context);
        try {
            return parser.parse(document).getEmitData() != null;
        } catch (PipesException | IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
