package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file whose bytes the disk does not give. */
class PinnedStreamTest {
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

    @SuppressWarnings("MustBeClosedChecker") // the stream closes the folder
    private PinnedStream broken() throws IOException {
        FilesystemTestStore store = FilesystemTestStore.of(root);
        CallProgress progress =
                new CallProgress(FilesystemKernel.OF_THIS_MACHINE, KeyBytes.EMPTY, Duration.ofMinutes(1));
        FilesystemFolder folder = store.root().open(List.of(), KeyBytes.EMPTY, progress);
        PinnedFile file = new PinnedFile(store.root(), folder, KeyBytes.utf8("f"), KeyBytes.utf8("f"), "1");
        return new PinnedStream(new BadSector(), file, store.calls(), 10);
    }

    private static final class BadSector implements SeekableByteChannel {
        @Override
        public int read(ByteBuffer into) throws IOException {
            throw new IOException("Input/output error");
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
        public void close() {}
    }
}
