package dev.quarry.proxy.store;

import dev.quarry.proxy.store.FilesystemLinks.Target;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What names in one folder turn out to be. */
final class FilesystemPage {
    private static final String ELSEWHERE =
            "lies on another file system than the store's root, where the store's settings do not go";

    private final FilesystemRoot root;
    private final KeyBytes folder;
    private final Target real;
    private final FilesystemFolder open;
    private final CallProgress progress;
    private final List<Entry> files = new ArrayList<>();
    private final List<KeyBytes> folders = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param real where the folder's own path leads */
    FilesystemPage(FilesystemRoot root, KeyBytes folder, Target real, FilesystemFolder open, CallProgress progress) {
        this.root = root;
        this.folder = folder;
        this.real = real;
        this.open = open;
        this.progress = progress;
    }

    /** @throws IOException if nothing can be told of the name: then nothing can be told of the whole folder, or what is there would be taken for gone */
    void look(KeyBytes name) throws IOException {
        try {
            PosixFileAttributes facts = open.facts(name);
            if (!facts.isSymbolicLink()) {
                add(name, facts, open.isElsewhere(facts), real.links() > 0);
            } else if (root.settings().followLinks()) {
                follow(name);
            } else {
                leaveOut(name, "is a symbolic link, which is not followed");
            }
        } catch (NoSuchFileException | GoneFromStoreException vanished) {
            // Its folder has not.
        }
    }

    /** A file system that hangs is mounted there, so it is not looked at. Listed as a folder it fails by itself, and what was known below it stays. */
    void mount(KeyBytes name) {
        folders.add(name);
    }

    private void follow(KeyBytes name) throws IOException {
        try {
            follow(name, root.target(folder.child(name), progress));
        } catch (NotReadableException refused) {
            if (refused.getCause() == null) {
                leaveOut(name, ELSEWHERE);
                return;
            }
            // A file or a folder, nobody can tell. Listed as a folder it fails by itself, and what was known below it
            // stays.
            folders.add(name);
        } catch (GoneFromStoreException refused) {
            boolean nowhere = refused.getCause() != null;
            warnings.add(
                    nowhere
                            ? text(name, "is a symbolic link that leads nowhere")
                            : refused.getMessage() + "; left out");
        }
    }

    private void follow(KeyBytes name, Target target) throws IOException {
        List<KeyBytes> names = target.names();
        KeyBytes last = names.get(names.size() - 1);
        try (FilesystemFolder there = root.open(names.subList(0, names.size() - 1), folder.child(name), progress)) {
            PosixFileAttributes facts = there.facts(last);
            add(name, facts, there.isElsewhere(facts), true);
        } catch (NoSuchFileException | GoneFromStoreException vanished) {
            leaveOut(name, "is a symbolic link that leads nowhere");
        }
    }

    private void add(KeyBytes name, PosixFileAttributes facts, boolean elsewhere, boolean linked) throws IOException {
        if (!facts.isDirectory() && !facts.isRegularFile()) {
            leaveOut(name, "is a pipe, socket or device");
        } else if (elsewhere && !root.settings().crossMounts()) {
            leaveOut(name, ELSEWHERE);
        } else if (elsewhere && root.isKernels(facts)) {
            leaveOut(name, "is a file system of the kernel's own");
        } else if (facts.isDirectory()) {
            folders.add(name);
        } else {
            String version = FilesystemVersion.of(facts);
            // An inode with the same size and time to the nanosecond is the same file under whatever name: on one
            // device, and not under two at once.
            String identity = elsewhere || linked ? null : version;
            files.add(new Entry(name, facts.size(), facts.lastModifiedTime().toInstant(), version, false, identity));
        }
    }

    private void leaveOut(KeyBytes name, String why) {
        warnings.add(text(name, why));
    }

    private String text(KeyBytes name, String why) {
        return "'" + folder.child(name) + "' " + why + "; left out";
    }

    Listing listing(Optional<KeyBytes> next) {
        return new Listing(files, folders, next, warnings);
    }
}
