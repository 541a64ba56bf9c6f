package dev.quarry.dev.demo;

import dev.quarry.dev.Reason;
import dev.quarry.dev.UsageException;
import dev.quarry.dev.stack.StackFolder;
import dev.quarry.dev.stack.StackInUseException;
import dev.quarry.postgres.FileTree;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder that a demo keeps its state in. Its user may name any: nothing is written to or deleted from one that is neither empty nor marked as a demo's,
 * nor from one that holds what is to be indexed, or would be indexed itself.
 *
 * @param outsideDatabase whether what was indexed lies in a database of the user's own, sealed with the key in this folder
 * @param hidden whether hidden files are to be indexed, too
 */
record DemoState(Path folder, boolean outsideDatabase, boolean hidden) {
    /** The mark: names the source. */
    private static final String MARK = "directory";

    private static final String LOCK = "lock";

    /**
     * Makes it the source's, under its lock: never under a running demo.
     *
     * @param fresh forgets first what it holds, be it of another source
     * @return where it really is
     * @throws UsageException if it cannot or must not be used
     */
    Path claim(DemoSource source, boolean fresh) throws IOException {
        if (fresh && outsideDatabase) {
            throw new UsageException(
                    "--fresh would forget the key of what is in the database of QUARRY_DB_URL, and leave that"
                            + " there: leave out --fresh, or empty the database and delete " + folder + " yourself");
        }
        try {
            Path real = real(folder.toAbsolutePath());
            refuseForeign(real, source);
            try (StackFolder held = StackFolder.open(real)) {
                if (fresh) {
                    forget(held.path());
                } else {
                    refuseOther(held.path().resolve(MARK), source);
                }
                Files.writeString(held.path().resolve(MARK), source.name() + "\n");
                return held.path();
            }
        } catch (StackInUseException e) {
            throw new UsageException(Reason.of(e));
        } catch (FileSystemException e) {
            throw new UsageException("the state folder " + KeyText.of(folder.toString())
                    + " cannot be used; name another with --state. " + KeyText.of(Reason.of(e)));
        }
    }

    /** Also of one that is not there yet: its parents may be links. */
    private static Path real(Path path) throws IOException {
        Path parent = path.getParent();
        return parent == null || Files.exists(path)
                ? path.toRealPath()
                : real(parent).resolve(path.getFileName()).normalize();
    }

    private void refuseForeign(Path real, DemoSource source) throws IOException {
        if (source.liesIn(real)) {
            throw new UsageException("the state folder " + KeyText.of(real.toString())
                    + " holds what is to be indexed (" + KeyText.of(source.name()) + "): name another with --state");
        }
        if (source.indexes(real, hidden)) {
            throw new UsageException("the state folder " + KeyText.of(real.toString()) + ", with its keys and its"
                    + " database, would be indexed, too: name one outside of " + KeyText.of(source.name())
                    + " with --state" + (hidden ? ", or leave out --hidden" : ", or a hidden one"));
        }
        List<String> names = names(real);
        if (!names.isEmpty() && !Files.isRegularFile(real.resolve(MARK))) {
            throw new UsageException("the folder " + KeyText.of(real.toString())
                    + " is not empty and no demo's state (it has no file '" + MARK + "'; it has '"
                    + KeyText.of(names.get(0)) + "'): name an empty or a new one with --state");
        }
    }

    /** A lock alone is of a demo that got no further. */
    private static List<String> names(Path real) throws IOException {
        if (!Files.exists(real)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(real)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.equals(LOCK))
                    .sorted()
                    .toList();
        }
    }

    /** Lock and mark stay, so that it is ours however this ends. */
    private static void forget(Path real) throws IOException {
        List<Path> entries;
        try (Stream<Path> all = Files.list(real)) {
            entries = all.filter(entry ->
                            !Set.of(LOCK, MARK).contains(entry.getFileName().toString()))
                    .toList();
        }
        for (Path entry : entries) {
            FileTree.delete(entry);
        }
    }

    private void refuseOther(Path mark, DemoSource source) throws IOException {
        if (!Files.exists(mark)) {
            return;
        }
        String before = Files.readString(mark).strip();
        if (!before.equals(source.name().strip())) {
            throw new UsageException("the state folder " + KeyText.of(folder.toString()) + " is that of "
                    + KeyText.of(before) + ", not of " + KeyText.of(source.name()) + ": "
                    + (outsideDatabase
                            ? "what is indexed lies in the database of QUARRY_DB_URL, which takes one; name another database"
                            : "name another folder with --state, or forget that one with --fresh"));
        }
    }
}
