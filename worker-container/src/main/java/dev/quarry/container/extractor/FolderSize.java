package dev.quarry.container.extractor;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What lies below a folder that untrusted programs write in. Every step down is relative to the folder above, so that a link that takes a
 * folder's place meanwhile leads nowhere.
 */
public final class FolderSize {
    private static final int DEPTH = 100; // each level costs the walk two open files

    private final int mostFiles;
    private final Set<Object> counted = new HashSet<>();
    private int files;
    private long bytes;
    private boolean hidden;

    private FolderSize(int mostFiles) {
        this.mostFiles = mostFiles;
    }

    /** Of all the folders together. */
    public static FolderSize of(List<Path> folders) {
        FolderSize size = new FolderSize(Integer.MAX_VALUE);
        folders.forEach(size::begin);
        return size;
    }

    /** @param mostFiles looks no further once there are more than this */
    static FolderSize of(Path folder, int mostFiles) {
        FolderSize size = new FolderSize(mostFiles);
        size.begin(folder);
        return size;
    }

    private void begin(Path folder) {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
            addAll((SecureDirectoryStream<Path>) content, 1);
        } catch (IOException | DirectoryIteratorException gone) {
            // There is nothing to count.
        }
    }

    /** Of all files seen; of a file with two names, as one that is handed over has, once. */
    public long bytes() {
        return bytes;
    }

    boolean hasMoreFiles() {
        return files > mostFiles;
    }

    /** Whether something may lie where this does not look: in folders without rights, or nested too deeply. */
    public boolean isHidden() {
        return hidden;
    }

    private void addAll(SecureDirectoryStream<Path> folder, int depth) {
        for (Path entry : folder) {
            if (hasMoreFiles()) {
                return;
            }
            add(folder, entry.getFileName(), depth);
        }
    }

    private void add(SecureDirectoryStream<Path> parent, Path name, int depth) {
        files++;
        try {
            BasicFileAttributes attributes = parent.getFileAttributeView(
                            name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (!attributes.isDirectory()) {
                bytes += counted.add(attributes.fileKey()) ? attributes.size() : 0;
            } else if (depth == DEPTH) {
                hidden = true;
            } else {
                descend(parent, name, depth + 1);
            }
        } catch (AccessDeniedException shut) {
            hidden = true;
        } catch (IOException | DirectoryIteratorException gone) {
            // It went away meanwhile.
        }
    }

    private void descend(SecureDirectoryStream<Path> parent, Path name, int depth) throws IOException {
        try (SecureDirectoryStream<Path> folder = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            addAll(folder, depth);
        }
    }
}
