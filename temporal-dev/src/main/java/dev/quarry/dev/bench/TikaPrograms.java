package dev.quarry.dev.bench;

import dev.quarry.dev.stack.Installation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs {@link PlainTika} and {@link ForkedTika}, each as a process of its own, on the libraries of Quarry's extractors. */
record TikaPrograms(BenchFolder folder, Path documents) {
    private static final String TWO = "2";

    /** How a JVM compiles: what is faster depends on how long it runs. */
    enum Jit {
        DEFAULT("-XX:+TieredCompilation"),
        C1("-XX:TieredStopAtLevel=1");

        private final String option;

        Jit(String option) {
            this.option = option;
        }
    }

    /** Two threads share the heap that two of Quarry's extractors have together. */
    Measured plain(Jit jit) throws IOException, InterruptedException {
        return run(PlainTika.class, jit, "-Xmx1g", jit.option);
    }

    /** The parsers run in processes that this one forks, with the heap that Quarry's extractors have. */
    Measured forked(Jit jit) throws IOException, InterruptedException {
        return run(ForkedTika.class, jit, "-Xmx256m");
    }

    private Measured run(Class<?> main, Jit jit, String... flags) throws IOException, InterruptedException {
        Installation installation = Installation.current();
        Path own = Path.of(installation.classPath("temporal-dev").split(":", -1)[0]);
        Path extractors = installation.root().resolve("worker-container/target/image/lib/extractors");
        List<String> command = new ArrayList<>(List.of(
                Installation.java().toString(),
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + Files.createDirectories(folder.path().resolve("tmp")),
                "-Djava.awt.headless=true",
                "-Dlog4j2.loggerContextFactory=org.apache.logging.log4j.simple.SimpleLoggerContextFactory",
                "-Dorg.apache.logging.log4j.simplelog.level=OFF"));
        command.addAll(List.of(flags));
        command.addAll(
                List.of("-cp", own + ":" + extractors + "/*", main.getName(), documents.toString(), TWO, jit.option));
        Path errors = folder.path().resolve(main.getSimpleName() + ".log");
        Process program =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        folder.beforeRemoval(() -> end(program));
        Measured measured = follow(program);
        if (program.waitFor() != 0 || measured == null) {
            throw new IOException(main.getSimpleName() + " ended with code " + program.exitValue() + ": "
                    + Files.readString(errors, StandardCharsets.ISO_8859_1));
        }
        return measured;
    }

    private static void end(Process program) throws InterruptedException {
        program.descendants().forEach(ProcessHandle::destroyForcibly);
        program.destroyForcibly().waitFor();
    }

    private static @Nullable Measured follow(Process program) throws IOException {
        Measured measured = null;
        BufferedReader lines = program.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (Measured.isIn(line)) {
                measured = Measured.parse(line);
            } else if (line.endsWith(" files")) {
                System.err.println("bench:   " + line);
            }
        }
        return measured;
    }
}
