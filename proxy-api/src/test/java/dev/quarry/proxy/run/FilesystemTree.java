package dev.quarry.proxy.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** Files in folders. */
final class FilesystemTree implements LedgerTree {
    private final TestStore store = new TestStore();

    @Override
    public TestStore store() {
        return store;
    }

    @Override
    public List<String> files() {
        try (Stream<Path> all = Files.walk(store.root)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> store.root.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isFree(String path) {
        return !Files.exists(file(path)) && files().stream().noneMatch(file -> path.startsWith(file + "/"));
    }

    @Override
    public void put(String path, String content) {
        if (Files.exists(file(path)) && (int) attribute(path, "unix:nlink") > 1) {
            // Its other names keep what they have.
            remove(path);
        }
        store.write(path, content);
    }

    @Override
    public void move(String from, String to) {
        try {
            Files.createDirectories(Objects.requireNonNull(file(to).getParent()));
            Files.move(file(from), file(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As one more name of the file. */
    @Override
    public void copy(String from, String to) {
        try {
            Files.createDirectories(Objects.requireNonNull(file(to).getParent()));
            Files.createLink(file(to), file(from));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void remove(String path) {
        try {
            Files.delete(file(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void removeFolder(String path) {
        try {
            FileSystemUtils.deleteRecursively(file(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String content(String path) {
        try {
            return Files.readString(file(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<String> identity(String path) {
        return Optional.of(version(path));
    }

    @Override
    public boolean isEmpty(String path) {
        return file(path).toFile().length() == 0;
    }

    /** Whole: files written within one tick of the kernel's clock have the same time. */
    @Override
    public String version(String path) {
        Instant modified = ((FileTime) attribute(path, "lastModifiedTime")).toInstant();
        return file(path).toFile().length() + "-" + modified.getEpochSecond() + "." + modified.getNano() + "-"
                + attribute(path, "unix:ino");
    }

    private Object attribute(String path, String name) {
        try {
            return Files.getAttribute(file(path), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(String path) {
        return store.root.resolve(path);
    }

    @Override
    public List<String> folderNames() {
        return List.of("d0", "d1", "d2");
    }

    @Override
    public List<String> fileNames() {
        return IntStream.range(0, 12)
                .mapToObj(n -> n < 9 ? "f" + n : "f" + n + ".tiny")
                .toList();
    }
}
