package dev.quarry.proxy.store;

import dev.quarry.proxy.store.FilesystemLinks.Target;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What names in one folder turn out to be. */
final class FilesystemPage {
    /** File systems that the kernel makes up: reading them can hang, do things, or give away more than files. */
    private static final Set<String> KERNEL = Set.of(
            "proc",
            "sysfs",
            "devtmpfs",
            "devpts",
            "cgroup",
            "cgroup2",
            "debugfs",
            "tracefs",
            "securityfs",
            "configfs",
            "bpf",
            "pstore",
            "mqueue",
            "hugetlbfs",
            "binfmt_misc",
            "fusectl",
            "efivarfs",
            "selinuxfs",
            "nsfs",
            "rpc_pipefs");

    private final FilesystemRoot root;
    private final KeyBytes folder;
    private final Target real;
    private final FilesystemFolder open;
    private final List<Entry> files = new ArrayList<>();
    private final List<KeyBytes> folders = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param real where the folder's own path leads */
    FilesystemPage(FilesystemRoot root, KeyBytes folder, Target real, FilesystemFolder open) {
        this.root = root;
        this.folder = folder;
        this.real = real;
        this.open = open;
    }

    void look(KeyBytes name) throws IOException {
        PosixFileAttributes facts;
        try {
            facts = open.facts(name);
        } catch (NoSuchFileException vanished) {
            return;
        }
        if (!facts.isSymbolicLink()) {
            add(name, facts, open.isElsewhere(facts), real.links() > 0, real.names(), name);
        } else if (root.settings().followLinks()) {
            follow(name);
        } else {
            leaveOut(name, "is a symbolic link, which is not followed");
        }
    }

    private void follow(KeyBytes name) throws IOException {
        Target target;
        try {
            target = root.target(folder.child(name));
        } catch (GoneFromStoreException refused) {
            boolean nowhere = refused.getCause() != null;
            warnings.add(
                    nowhere
                            ? text(name, "is a symbolic link that leads nowhere")
                            : refused.getMessage() + "; left out");
            return;
        }
        List<KeyBytes> names = target.names();
        KeyBytes last = names.get(names.size() - 1);
        try (FilesystemFolder there = root.open(names.subList(0, names.size() - 1), folder.child(name))) {
            PosixFileAttributes facts = there.facts(last);
            add(name, facts, there.isElsewhere(facts), true, names.subList(0, names.size() - 1), last);
        } catch (NoSuchFileException | GoneFromStoreException vanished) {
            leaveOut(name, "is a symbolic link that leads nowhere");
        }
    }

    /** @param parent its real folder, in which it is called {@code last} */
    private void add(
            KeyBytes name,
            PosixFileAttributes facts,
            boolean elsewhere,
            boolean linked,
            List<KeyBytes> parent,
            KeyBytes last)
            throws IOException {
        if (!facts.isDirectory() && !facts.isRegularFile()) {
            leaveOut(name, "is a pipe, socket or device");
        } else if (elsewhere && !root.settings().crossMounts()) {
            leaveOut(name, "lies on another file system than the store's root, where the store's settings do not go");
        } else if (elsewhere && KERNEL.contains(root.kindOf(parent, last))) {
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
