package dev.quarry.container.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs the image's agent with its extractors over sample documents while their JVMs record the classes they load. */
public final class TrainingRun {
    private TrainingRun() {}

    /** @param arguments the image's folder and the java to train */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path image = Path.of(arguments[0]);
        Path scratch = Files.createTempDirectory("quarry-train");
        int exit;
        try (TrainingApi api = new TrainingApi(SampleDocuments.all(), List.of("tika", "image", "thumbnail"))) {
            ProcessBuilder agent =
                    new ProcessBuilder(image.resolve("bin/quarry-agent").toString()).inheritIO();
            agent.environment().put("QUARRY_TRAIN", "yes");
            agent.environment().put("QUARRY_JAVA", arguments[1]);
            agent.environment().put("QUARRY_API", api.url());
            agent.environment().put("QUARRY_TICKET", "qt_" + "0".repeat(40));
            agent.environment().put("QUARRY_SCRATCH", scratch.toString());
            agent.environment().put("QUARRY_LOG_LEVEL", "WARN");
            exit = agent.start().waitFor();
        } finally {
            try (Stream<Path> files = Files.walk(scratch)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
        if (exit != 0) {
            throw new IllegalStateException("The training run ended with exit code " + exit);
        }
        for (String archive : List.of("agent", "tika", "image")) {
            if (!Files.exists(image.resolve("cds/" + archive + ".jsa"))) {
                throw new IllegalStateException("The training run made no archive for " + archive);
            }
        }
        Runtime.getRuntime().halt(0);
    }
}
