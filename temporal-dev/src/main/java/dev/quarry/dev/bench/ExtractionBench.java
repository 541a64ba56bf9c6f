package dev.quarry.dev.bench;

import dev.quarry.dev.corpus.ExpectedOutcomes;
import dev.quarry.dev.corpus.TikaCorpus;
import dev.quarry.dev.stack.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The same documents through plain Tika, through Tika's own forked pipes, and through Quarry, in turn. */
@Command(
        name = "extraction",
        description = "Plain Tika, Tika's forked pipes and Quarry on the same documents.",
        mixinStandardHelpOptions = true)
final class ExtractionBench implements Callable<Integer> {
    /** What would take the one JVM of plain Tika down, or hold it up for minutes. */
    private static final Set<String> HOSTILE = Set.of("CRASHED", "OUT_OF_MEMORY", "TIMED_OUT", "NO_PROGRESS");

    private static final String TWO = "2";

    @Option(names = "--copies", description = "How often the corpus is laid out (default ${DEFAULT-VALUE}).")
    private int copies = 8;

    @Option(names = "--rounds", description = "Alternating runs of each (default ${DEFAULT-VALUE}); rows are medians.")
    private int rounds = 3;

    @Override
    public Integer call() throws Exception {
        try (BenchFolder folder = new BenchFolder("quarry-bench-corpus-")) {
            Path documents = Files.createDirectory(folder.path().resolve("documents"));
            layOut(documents);
            Measured[] plain = new Measured[rounds];
            Measured[] forked = new Measured[rounds];
            Measured[] quarry = new Measured[rounds];
            for (int round = 0; round < rounds; round++) {
                plain[round] = program(PlainTika.class, documents, "-Xmx1g");
                report("plain Tika", round, plain[round]);
                forked[round] = program(ForkedTika.class, documents, "-Xmx256m");
                report("forked Tika", round, forked[round]);
                quarry[round] = quarry(documents);
                report("Quarry", round, quarry[round]);
            }
            print(plain, forked, quarry);
            return 0;
        }
    }

    private void layOut(Path documents) throws IOException {
        Path corpus = TikaCorpus.unpacked(Installation.current().tools().resolve("corpus/jars"), TikaCorpus.cached());
        Map<String, ExpectedOutcomes.Expected> expected =
                ExpectedOutcomes.ofTikaCorpus().byKey();
        for (Path file : SmallFiles.below(corpus)) {
            String key = corpus.relativize(file).toString();
            ExpectedOutcomes.Expected outcome = expected.get(key);
            if (outcome == null || !HOSTILE.contains(outcome.reason())) {
                for (int copy = 0; copy < copies; copy++) {
                    Path target = documents.resolve("copy" + copy).resolve(key);
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        }
    }

    private static Measured program(Class<?> main, Path documents, String heap)
            throws IOException, InterruptedException {
        Installation installation = Installation.current();
        Path own = Path.of(installation.classPath("temporal-dev").split(":", -1)[0]);
        // ends with us, however we end
        Process program = new ProcessBuilder(
                        "setpriv",
                        "--pdeathsig",
                        "TERM",
                        "--",
                        Installation.java().toString(),
                        heap,
                        "-Djava.awt.headless=true",
                        "-Dlog4j2.loggerContextFactory=org.apache.logging.log4j.simple.SimpleLoggerContextFactory",
                        "-Dorg.apache.logging.log4j.simplelog.level=OFF",
                        "-cp",
                        own + ":" + installation.root().resolve("worker-container/target/image/lib/extractors/*"),
                        main.getName(),
                        documents.toString(),
                        TWO)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (program.waitFor() != 0) {
            throw new IOException(main.getSimpleName() + " ended with code " + program.exitValue() + ": " + output);
        }
        return Measured.read(output);
    }

    private static Measured quarry(Path documents) throws Exception {
        try (BenchStack stack = BenchStack.start(Map.of(), documents)) {
            BenchStack.Run run = stack.run("docs", documents);
            return new Measured(
                    (int) run.totals().count("listed"),
                    (int) run.totals().count("indexed"),
                    run.seconds(),
                    run.cpuSeconds());
        }
    }

    private static void report(String what, int round, Measured measured) {
        System.err.printf(
                "bench: round %d, %s: %d files (%d with a result), %.1f s, %.1f files/s, %.1f CPU s%n",
                round + 1,
                what,
                measured.files(),
                measured.parsed(),
                measured.seconds(),
                measured.filesPerSecond(),
                measured.cpuSeconds());
    }

    private static void print(Measured[] plain, Measured[] forked, Measured[] quarry) {
        new Row("extraction.files", plain[0].files(), "files").print();
        rows("plain_tika", plain);
        rows("forked_tika", forked);
        rows("quarry", quarry);
        new Row("extraction.forked_to_plain", rate(forked) / rate(plain), "ratio").print();
        new Row("extraction.quarry_to_plain", rate(quarry) / rate(plain), "ratio").print();
        new Row("extraction.quarry_to_forked", rate(quarry) / rate(forked), "ratio").print();
    }

    private static void rows(String name, Measured[] measured) {
        new Row("extraction." + name + ".files_per_second", rate(measured), "files/s").print();
        new Row("extraction." + name + ".cpu_seconds", median(measured, true), "s").print();
    }

    private static double rate(Measured[] measured) {
        return median(measured, false);
    }

    private static double median(Measured[] measured, boolean cpu) {
        double[] values = new double[measured.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = cpu ? measured[i].cpuSeconds() : measured[i].filesPerSecond();
        }
        return Row.median(values);
    }
}
