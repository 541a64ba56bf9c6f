package dev.quarry.dev.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.dev.corpus.ExpectedOutcomes.Expected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusCopiesTest {
    @TempDir
    private Path folder;

    @Test
    void whatFailsOrDrownsTheRestIsLeftOut() throws IOException {
        Path corpus = folder.resolve("corpus");
        for (String key :
                new String[] {"pdf/good.pdf", "pdf/broken.pdf", "xls/testRecordSizeExceeded.xlsx", "new.txt"}) {
            Files.createDirectories(corpus.resolve(key).getParent());
            Files.writeString(corpus.resolve(key), key);
        }
        Map<String, Expected> outcomes = Map.of(
                "pdf/good.pdf", new Expected("INDEXED", "-"),
                "pdf/broken.pdf", new Expected("FAILED", "CORRUPT"),
                "xls/testRecordSizeExceeded.xlsx", new Expected("INDEXED", "-"));
        Path to = folder.resolve("documents");
        CorpusCopies.layOut(corpus, outcomes, 2, to);
        assertThat(SmallFiles.below(to))
                .containsExactly(to.resolve("copy0/pdf/good.pdf"), to.resolve("copy1/pdf/good.pdf"));
        assertThat(to.resolve("copy1/pdf/good.pdf")).hasContent("pdf/good.pdf");
    }
}
