package dev.quarry.container.item;

import dev.quarry.container.extractor.FolderSize;
import dev.quarry.container.extractor.ScratchFolder;
import dev.quarry.container.job.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The agent's own directory. Names in it are the agent's: of a file's name only a plain extension is kept, as a hint for tools. */
public final class Scratch {
    private static final Pattern EXTENSION = Pattern.compile("\\.([A-Za-z0-9]{1,10})$");

    private static final FileAttribute<Set<PosixFilePermission>> OWNERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Path root;
    private final long mostBytes;
    private volatile boolean hidden;
    private final AtomicLong peakBytes = new AtomicLong();
    private final AtomicLong nextLook = new AtomicLong(System.nanoTime());

    /** @param diskMb 0 for as much as there is */
    public Scratch(Path root, int diskMb) throws IOException {
        this.root = root;
        this.mostBytes = diskMb == 0 ? Long.MAX_VALUE : (long) diskMb << 20;
        for (Path folder : List.of(inputs(), outputs(), processes())) {
            ScratchFolder.delete(folder);
            // Its owner's alone: extractors may run as another user.
            Files.createDirectories(folder, OWNERS);
        }
        Files.setPosixFilePermissions(processes(), PosixFilePermissions.fromString("rwx--x--x"));
    }

    public Path inputs() {
        return root.resolve("input");
    }

    private Path outputs() {
        return root.resolve("output");
    }

    public Path processes() {
        return root.resolve("process");
    }

    Path input(Item item) throws IOException {
        Path folder = Files.createDirectories(inputs().resolve(String.valueOf(item.n())));
        Matcher extension = EXTENSION.matcher(item.name());
        return folder.resolve(extension.find() ? "input." + extension.group(1).toLowerCase(Locale.ROOT) : "input");
    }

    Path output(Item item, String extractor) {
        return outputs().resolve(item.n() + "-" + extractor);
    }

    /** Removes what an item left, having had a look at it: a job of many quick items would never show its peak to the watch of every second. */
    void forget(Item item, List<String> extractors) {
        long now = System.nanoTime();
        long due = nextLook.get();
        if (now - due >= 0 && nextLook.compareAndSet(due, now + LOOK_NANOS)) {
            measure();
        }
        ScratchFolder.delete(inputs().resolve(String.valueOf(item.n())));
        extractors.forEach(extractor -> ScratchFolder.delete(output(item, extractor)));
    }

    /** Measures; true if the job's share of the disk is overdrawn, or may be where nobody can look. */
    public boolean isOverdrawn() {
        FolderSize size = measure();
        boolean again = hidden && size.isHidden(); // a process's own watch, which blames its file, comes first
        hidden = size.isHidden();
        return size.bytes() > mostBytes || again;
    }

    private FolderSize measure() {
        FolderSize size = FolderSize.of(List.of(inputs(), outputs(), processes()));
        peakBytes.accumulateAndGet(size.bytes(), Math::max);
        return size;
    }

    long mostBytes() {
        return mostBytes;
    }

    public long peakMb() {
        return (peakBytes.get() + (1 << 20) - 1) >> 20;
    }

    public void clear() {
        List.of(inputs(), outputs(), processes()).forEach(ScratchFolder::delete);
    }
}
