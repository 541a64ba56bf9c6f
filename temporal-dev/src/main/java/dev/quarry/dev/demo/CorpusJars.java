package dev.quarry.dev.demo;

import dev.quarry.dev.UsageException;
import dev.quarry.dev.stack.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The jars with the documents of the demo without DIR. The script fetches them, with Maven, when they are first asked for. */
record CorpusJars(Installation installation) {
    Path folder() throws IOException, InterruptedException {
        Path corpus = installation.tools().resolve("corpus");
        if (!Files.exists(corpus.resolve(System.getProperty("quarry.tika", "3.3.1")))) {
            fetch();
        }
        return corpus.resolve("jars");
    }

    private void fetch() throws IOException, InterruptedException {
        Process script = new ProcessBuilder(
                        "bash", installation.root().resolve("quarry").toString(), "corpus", "--no-system")
                .inheritIO()
                .start();
        if (script.waitFor() != 0) {
            throw new UsageException("the documents could not be fetched: name a directory to index, or try again");
        }
    }
}
