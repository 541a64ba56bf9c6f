package dev.quarry.dev.bench;

import dev.quarry.dev.corpus.ExpectedOutcomes.Expected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The corpus, several times side by side, without what would measure failures instead of extraction. */
final class CorpusCopies {
    /** Yields 181 million characters: one file would be a third of every figure. */
    private static final String GIANT = "testRecordSizeExceeded.xlsx";

    private CorpusCopies() {}

    /** Below {@code to} one folder for each copy. */
    static void layOut(Path corpus, Map<String, Expected> outcomes, int copies, Path to) throws IOException {
        List<Path> files = SmallFiles.below(corpus).stream()
                .filter(file ->
                        isMeasured(file, outcomes.get(corpus.relativize(file).toString())))
                .toList();
        for (int copy = 0; copy < copies; copy++) {
            for (Path file : files) {
                Path target = to.resolve("copy" + copy)
                        .resolve(corpus.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    private static boolean isMeasured(Path file, @Nullable Expected expected) {
        return expected != null && !expected.outcome().equals("FAILED") && !file.endsWith(GIANT);
    }
}
