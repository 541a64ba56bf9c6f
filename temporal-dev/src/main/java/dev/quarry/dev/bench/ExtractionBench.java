package dev.quarry.dev.bench;

import dev.quarry.dev.bench.TikaPrograms.Jit;
import dev.quarry.dev.corpus.ExpectedOutcomes;
import dev.quarry.dev.corpus.TikaCorpus;
import dev.quarry.dev.stack.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The same documents through plain Tika, through Tika's own forked pipes, and through Quarry, in turn. */
@Command(name = "extraction")
final class ExtractionBench implements Callable<Integer> {
    /** Nearly all of these files parse; what fails early is fast. */
    private static final double LEAST_PARSED = 0.9;

    @Option(names = "--copies")
    private int copies = 8;

    @Option(names = "--runs")
    private int runs = 3;

    @Option(names = "--only", split = ",")
    private List<String> only = List.of("plain", "pipes", "quarry");

    @Option(names = "--jit", split = ",")
    private List<String> jits = List.of("default", "c1");

    @Option(names = "--tika-only")
    private boolean tikaOnly;

    @Option(names = "--unit-files", split = ",")
    private List<Integer> unitFiles = List.of(500);

    private final ExtractionFigures figures = new ExtractionFigures();

    @Override
    public Integer call() throws Exception {
        try (BenchFolder folder = BenchFolder.create()) {
            System.err.println("bench: laying out the documents");
            Path documents = Files.createDirectory(folder.path().resolve("documents"));
            Path corpus =
                    TikaCorpus.unpacked(Installation.current().tools().resolve("corpus/jars"), TikaCorpus.cached());
            CorpusCopies.layOut(corpus, ExpectedOutcomes.ofTikaCorpus().byKey(), copies, documents);
            for (int run = 0; run < runs; run++) {
                measure(new TikaPrograms(folder, documents), documents);
            }
            figures.rows().forEach(Row::print);
            return 0;
        }
    }

    private void measure(TikaPrograms tika, Path documents) throws Exception {
        addTikas("plain", tika::plain);
        addTikas("pipes", tika::forked);
        if (only.contains("quarry")) {
            for (int files : unitFiles) {
                add(ExtractionFigures.QUARRY + "-" + files, () -> quarry(documents, files));
            }
        }
    }

    private interface Pass {
        Measured with(Jit jit) throws Exception;
    }

    private void addTikas(String name, Pass pass) throws Exception {
        if (only.contains(name) && jits.contains("default")) {
            add(name + ExtractionFigures.DEFAULT_JIT, () -> pass.with(Jit.DEFAULT));
        }
        if (only.contains(name) && jits.contains("c1")) {
            add(name + ExtractionFigures.C1, () -> pass.with(Jit.C1));
        }
    }

    private void add(String name, Callable<Measured> pass) throws Exception {
        System.err.println("bench: " + name);
        Measured measured = pass.call();
        if (measured.parsed() < LEAST_PARSED * measured.files()) {
            throw new IllegalStateException(name + " gave a result for " + measured.parsed() + " of " + measured.files()
                    + " files: that is no measurement; was the temporary folder removed?");
        }
        figures.add(name, measured);
        System.err.printf(
                Locale.ROOT,
                "bench: %s: %d files (%d with a result), %.1f s, %.1f files/s, %.1f CPU s%n",
                name,
                measured.files(),
                measured.parsed(),
                measured.seconds(),
                measured.filesPerSecond(),
                measured.cpuSeconds());
    }

    private Measured quarry(Path documents, int files) throws Exception {
        Map<String, String> api = new HashMap<>(tikaOnly ? BenchStack.lane("documents", "tika") : Map.of());
        api.put("QUARRY_RUN_UNITFILES", Integer.toString(files));
        try (BenchStack stack = BenchStack.start(api, documents)) {
            BenchStack.Run run = stack.run("docs", documents);
            System.err.println("bench: CPU s " + run.cpu());
            return new Measured(
                    (int) run.totals().count("listed"),
                    (int) (run.totals().count("indexed") + run.totals().count("noContent")),
                    run.seconds(),
                    run.cpuSeconds());
        }
    }
}
