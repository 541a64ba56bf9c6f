package dev.quarry.dev.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.dev.UsageException;
import dev.quarry.dev.stack.StackFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever folder {@code --state} names, a demo takes and deletes only what is its own. */
class DemoStateTest {
    @TempDir
    Path folder = Path.of("set by JUnit");

    private Path state = Path.of("set below");
    private DemoSource source = new FolderSource(Path.of("/"));

    @BeforeEach
    void place() throws Exception {
        state = folder.resolve("state");
        source = new FolderSource(
                Files.createDirectory(folder.toRealPath().resolve("documents")).toRealPath());
    }

    private Path claim(Path of, boolean fresh) throws Exception {
        return new DemoState(of, false, false).claim(source, fresh);
    }

    private void isRefused(Path of, boolean fresh, String... words) {
        assertThatThrownBy(() -> claim(of, fresh))
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void aNewFolderIsMarkedAndMadeFreshLater() throws Exception {
        assertThat(claim(state, false)).isEqualTo(state.toRealPath());
        Files.createDirectory(state.resolve("postgres"));
        Files.writeString(state.resolve("postgres/rows"), "indexed");
        claim(state, false);
        assertThat(state.resolve("postgres/rows")).exists();

        claim(state, true);
        assertThat(state.resolve("postgres")).doesNotExist();
        assertThat(state.resolve("directory")).hasContent(source.name() + "\n");
    }

    @Test
    void anEmptyFolderIsTaken() throws Exception {
        claim(Files.createDirectory(state), true);
        assertThat(state.resolve("directory")).exists();
    }

    @Test
    void aFolderOfSomebodyElsesIsNeitherDeletedNorUsed() throws Exception {
        Files.createDirectory(state);
        Files.writeString(state.resolve("thesis.txt"), "years of work");
        isRefused(state, true, state.toString(), "thesis.txt", "--state");
        isRefused(state, false, state.toString(), "thesis.txt");
        assertThat(state).isDirectoryContaining(file -> file.endsWith("thesis.txt"));
        assertThat(Files.list(state)).hasSize(1);
    }

    @Test
    void aFolderCalledLikeTheMarkIsNoMark() throws Exception {
        Files.createDirectories(state.resolve("directory"));
        isRefused(state, true, "no demo's state");
        assertThat(state.resolve("directory")).exists();
    }

    @Test
    void whatIsToBeIndexedIsNoStateWhateverItHolds() throws Exception {
        Path documents = folder.resolve("documents");
        isRefused(documents, true, "holds what is to be indexed");
        isRefused(documents, false, "holds what is to be indexed");
        isRefused(folder, true, "holds what is to be indexed");
        Files.writeString(folder.resolve("directory"), source.name() + "\n");
        isRefused(folder, true, "holds what is to be indexed");
        Path link = Files.createSymbolicLink(folder.resolve("link"), documents);
        isRefused(link, true, "holds what is to be indexed");
        assertThat(documents).isEmptyDirectory();
    }

    @Test
    void aStateInTheSourceThatWouldBeIndexedIsNone() throws Exception {
        isRefused(folder.resolve("documents/state"), true, "would be indexed", "--state", "hidden one");
        isRefused(folder.resolve("documents/mine/state"), false, "would be indexed");
        Path link = Files.createSymbolicLink(folder.resolve(".link"), folder.resolve("documents"));
        isRefused(link.resolve("state"), false, "would be indexed");
        assertThat(folder.resolve("documents")).isEmptyDirectory();
    }

    @Test
    void aStateInTheSourceIsAllowedWhereHiddenFilesAreLeftOut() throws Exception {
        assertThat(claim(folder.resolve("documents/.state"), true)).exists();
        assertThat(claim(folder.resolve("documents/.cache/quarry/state"), true)).exists();
        assertThatThrownBy(() -> new DemoState(folder.resolve("documents/.other"), false, true).claim(source, false))
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll("would be indexed", "--state", "leave out --hidden");
        assertThat(folder.resolve("documents/.other")).doesNotExist();
    }

    @Test
    void theStateOfAnotherSourceNamesBothUnlessItIsForgotten() throws Exception {
        claim(state, false);
        DemoSource other = BucketSource.of("s3://photos/2024", Map.of());
        assertThatThrownBy(() -> new DemoState(state, false, false).claim(other, false))
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll(source.name(), "s3://photos/2024", "--fresh");
        assertThat(state.resolve("directory")).hasContent(source.name() + "\n");
        new DemoState(state, false, false).claim(other, true);
        assertThat(state.resolve("directory")).hasContent("s3://photos/2024\n");
    }

    @Test
    void aRunningDemosStateIsLeftAlone() throws Exception {
        claim(state, false);
        Files.writeString(state.resolve("rows"), "indexed");
        try (StackFolder running = StackFolder.open(state)) {
            isRefused(state, true, running.path().toString(), "another process");
        }
        assertThat(state.resolve("rows")).exists();
    }

    @Test
    void theKeyOfAnOutsideDatabaseIsNotForgottenAndAnotherSourceNeedsAnotherDatabase() throws Exception {
        DemoState outside = new DemoState(state, true, false);
        outside.claim(source, false);
        Files.writeString(state.resolve("key"), "secret");
        assertThatThrownBy(() -> outside.claim(source, true))
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll("--fresh", "QUARRY_DB_URL");
        assertThat(state.resolve("key")).exists();
        assertThatThrownBy(() -> outside.claim(new FolderSource(Path.of("/elsewhere")), false))
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll("/elsewhere", source.name(), "another database");
    }

    @Test
    void aFileAndAFolderBelowAFileAreNamedWithWhatIsWrong() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        isRefused(file, false, file.toString(), "no directory", "--state");
        isRefused(file.resolve("below"), true, file.resolve("below").toString(), "--state");
    }
}
