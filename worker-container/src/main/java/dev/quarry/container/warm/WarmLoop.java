package dev.quarry.container.warm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The main loop of a warm extractor process: one JSON line in, one out, until stdin ends. A file that breaks its extractor is answered
 * FAILED and the loop goes on; only memory that ran out ends the process, with exit code 3 as the JVM's own ExitOnOutOfMemoryError.
 */
public final class WarmLoop {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OUT_OF_MEMORY = 3;
    private static final long SIGN_MILLIS = 1_000;

    private final Map<String, WarmExtractor> extractors;
    private final PrintStream answers;
    private final AtomicLong progress = new AtomicLong();

    public WarmLoop(Map<String, WarmExtractor> extractors) {
        this.extractors = extractors;
        this.answers = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        System.setOut(System.err); // a library that prints must not speak for us
    }

    public void run() throws IOException {
        startSigns();
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            JsonNode request = JSON.readTree(line);
            ObjectNode answer = line(answer(request));
            answer.set("id", request.path("id"));
            say(answer);
        }
        // Libraries may have left threads that would keep the process.
        Runtime.getRuntime().halt(0);
    }

    private WarmAnswer answer(JsonNode request) {
        String name = request.path("extractor").asText();
        WarmExtractor extractor = extractors.get(name);
        if (extractor == null) {
            return WarmAnswer.failed("EXTRACTOR_ERROR", "this process serves " + extractors.keySet() + ", not " + name);
        }
        WarmFile file = new WarmFile(
                Path.of(request.path("input").asText()),
                Path.of(request.path("output").asText()),
                request.path("name").asText(),
                request.path("size").asLong(),
                progress);
        try {
            return extractor.extract(file);
        } catch (OutOfMemoryError e) {
            Runtime.getRuntime().halt(OUT_OF_MEMORY);
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError | LinkageError e) {
            return WarmAnswer.failed("EXTRACTOR_ERROR", words(e));
        }
    }

    /** What went wrong in one line, without a stack trace: it is shown to people. */
    public static String words(Throwable thrown) {
        String message = thrown.getMessage();
        return thrown.getClass().getSimpleName() + (message == null ? "" : ": " + message.replaceAll("\\s+", " "));
    }

    private static ObjectNode line(WarmAnswer answer) {
        ObjectNode line = JSON.createObjectNode();
        line.put("status", answer.status().name());
        line.put("reason", answer.reason());
        line.put("detail", answer.detail());
        line.put("mediaType", answer.mediaType());
        if (answer.textSha256() != null) {
            line.put("textChars", answer.textChars());
            line.put("textSha256", answer.textSha256());
        }
        answer.partial().forEach(line.withArrayProperty("partial")::add);
        if (!answer.metadata().isEmpty()) {
            line.set("metadata", JSON.valueToTree(answer.metadata()));
        }
        return line;
    }

    private void startSigns() {
        Thread signs = new Thread(
                () -> {
                    long last = 0;
                    while (true) {
                        try {
                            Thread.sleep(SIGN_MILLIS);
                        } catch (InterruptedException e) {
                            return;
                        }
                        long now = progress.get();
                        if (now != last) {
                            last = now;
                            say(JSON.createObjectNode().put("progress", now));
                        }
                    }
                },
                "signs");
        signs.setDaemon(true);
        signs.start();
    }

    private void say(ObjectNode line) {
        synchronized (answers) {
            answers.print(line + "\n");
            answers.flush();
        }
    }
}
