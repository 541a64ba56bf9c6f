package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.Eventually;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file whose bytes the disk does not give. */
class PinnedStreamTest {
    private static final String EIO = "Input/output error";

    @TempDir
    Path above = Path.of("set by JUnit");

    private Path root = Path.of("");

    @BeforeEach
    void make() throws IOException {
        root = Files.createDirectory(above.toRealPath().resolve("root"));
    }

    @Test
    void aFileThatCannotBeReadWhileTheRootAnswersIsThatFilesOwnTrouble() throws IOException {
        try (PinnedStream broken = broken()) {
            assertThatThrownBy(broken::read)
                    .isInstanceOf(NotReadableException.class)
                    .hasMessageContaining("'f' cannot be read now: Input/output error");
        }
    }

    @Test
    void aFileThatCannotBeReadAndNeitherCanTheRootIsWaitedFor() throws IOException {
        try (PinnedStream broken = broken()) {
            Files.delete(root);
            assertThatThrownBy(broken::read).isInstanceOf(StoreAwayException.class);
        }
    }

    /** Taken for the file's own it would end as failed, though the service alone was short of something for a moment. */
    @ParameterizedTest
    @ValueSource(strings = {"Too many open files", "Too many open files in system", "Cannot allocate memory"})
    void whatThisMachineIsShortOfIsNoFilesOwnTroubleThoughTheRootAnswers(String shortage) throws IOException {
        try (PinnedStream broken = broken(new BadSector(shortage))) {
            assertThatThrownBy(broken::read)
                    .isInstanceOf(StoreAwayException.class)
                    .hasMessageContaining(shortage);
        }
        KeyBytes file = KeyBytes.utf8("f");
        IOException failed = new FileSystemException("f", null, shortage);
        FilesystemRoot answering = FilesystemTestStore.of(root).root();
        assertThat(answering.mapped(failed, file)).isInstanceOf(StoreAwayException.class);
        assertThat(answering.mapped(FilesystemErrors.map(failed, file), file))
                .as("as the folder above it tells it")
                .isInstanceOf(StoreAwayException.class);
    }

    /** No other call of the store need come. */
    @Test
    void aStreamWhoseRootDoesNotAnswerIsClosedSoonAndGivesNothingMore() throws IOException {
        BadSector sector = new BadSector(EIO);
        try (PinnedStream broken = broken(sector)) {
            Files.delete(root);
            assertThatThrownBy(broken::read).isInstanceOf(StoreAwayException.class);
            assertThatThrownBy(broken::read).isInstanceOf(StoreAwayException.class);
        }
        Eventually.holds("it is closed", () -> sector.closes.get() == 1);
    }

    private PinnedStream broken() throws IOException {
        return broken(new BadSector(EIO));
    }

    @SuppressWarnings("MustBeClosedChecker") // the stream closes the folder
    private PinnedStream broken(BadSector sector) throws IOException {
        FilesystemTestStore store = FilesystemTestStore.of(root);
        CallProgress progress =
                new CallProgress(FilesystemKernel.OF_THIS_MACHINE, KeyBytes.EMPTY, Duration.ofMinutes(1));
        FilesystemFolder folder = store.root().open(List.of(), KeyBytes.EMPTY, progress);
        PinnedFile file = new PinnedFile(store.root(), folder, KeyBytes.utf8("f"), KeyBytes.utf8("f"), "1");
        return new PinnedStream(sector, file, store.calls(), 10);
    }

    private static final class BadSector implements SeekableByteChannel {
        private final AtomicInteger closes = new AtomicInteger();
        private final String trouble;

        BadSector(String trouble) {
            this.trouble = trouble;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            throw new IOException(trouble);
        }

        @Override
        public int write(ByteBuffer from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            return 0;
        }

        @Override
        public SeekableByteChannel position(long newPosition) {
            return this;
        }

        @Override
        public long size() {
            return 10;
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }
}
