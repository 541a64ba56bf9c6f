package dev.quarry.container;

import dev.quarry.container.JobApiDouble.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Not a test: runs a built image's agent over the files of a folder and prints what came of it (arguments: agent, folder, extractors, most files). */
final class CorpusRun {
    private CorpusRun() {}

    public static void main(String[] arguments) throws Exception {
        try (JobApiDouble api = new JobApiDouble()) {
            api.extractors(arguments[2].split(",", -1));
            for (Path file : files(Path.of(arguments[1]), Integer.parseInt(arguments[3]))) {
                api.file(file.getFileName().toString(), Files.readAllBytes(file));
            }
            Path scratch = Files.createTempDirectory("quarry-corpus");
            ProcessBuilder builder = new ProcessBuilder(arguments[0]).inheritIO();
            builder.environment().putAll(Map.of("QUARRY_API", api.url(), "QUARRY_TICKET", JobApiDouble.TICKET));
            builder.environment().put("QUARRY_SCRATCH", scratch.toString());
            long begun = System.nanoTime();
            Process agent = builder.start();
            api.await(Duration.ofMinutes(1), () -> api.calls(Call.ITEMS) > 0);
            long listed = System.nanoTime();
            api.await(Duration.ofMinutes(1), () -> !api.extractions.isEmpty());
            long first = System.nanoTime();
            int exit = agent.waitFor();
            long end = System.nanoTime();
            Map<String, Integer> outcomes = new TreeMap<>();
            api.done.keySet().forEach(n -> outcomes.merge(api.outcome(n), 1, Integer::sum));
            System.out.printf(
                    "exit %d listed_ms %d first_extraction_ms %d total_ms %d files %d files/s %.1f posts %d %s%n",
                    exit,
                    (listed - begun) / 1_000_000,
                    (first - begun) / 1_000_000,
                    (end - begun) / 1_000_000,
                    api.done.size(),
                    api.done.size() * 1e9 / (end - begun),
                    api.linesPerPost.size(),
                    outcomes);
            System.out.println(api.renewals);
            api.violations().stream().limit(10).forEach(System.out::println);
            if (Boolean.getBoolean("details")) {
                api.extractions.forEach((key, line) -> System.out.println(String.join(
                        " ",
                        key,
                        api.outcome(line.path("n").asInt()),
                        line.path("textSha256").asText("-"),
                        line.path("millis").asText(),
                        line.path("detail").asText(),
                        line.path("textChars").asText(),
                        line.path("partial").toString(),
                        line.path("metadata").path("latitude").asText(),
                        line.path("metadata").path("dateTaken").asText())));
            }
        }
        System.exit(0);
    }

    private static List<Path> files(Path folder, int most) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().limit(most).toList();
        }
    }
}
