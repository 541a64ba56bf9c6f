package dev.quarry.container.extractor;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder of one extractor process, and all it can see of the job's scratch. A warm process serves many files while its rights are
 * fixed at its start; so each file is handed over into {@code in}, taken out of it afterwards, and its output moved to where the process
 * cannot reach it any more.
 */
final class ProcessFolder {
    private final Path root;
    private final int uid;
    private int handedOver;

    private ProcessFolder(Path root, int uid) {
        this.root = root;
        this.uid = uid;
    }

    /** @param uid the user that the process runs as, or 0 if that is the agent's own */
    static ProcessFolder create(Path root, int uid) throws IOException {
        ProcessFolder folder = new ProcessFolder(root, uid);
        Files.createDirectories(root);
        String agents = uid == 0 ? "rwx------" : "rwx--x--x";
        mode(root.resolveSibling("."), agents);
        mode(root, agents);
        mode(Files.createDirectories(folder.in()), uid == 0 ? agents : "rwxr-xr-x");
        mode(Files.createDirectories(folder.out()), agents);
        folder.giveAway(Files.createDirectories(folder.tmp()));
        return folder;
    }

    Path root() {
        return root;
    }

    /** Read-only for the process. */
    Path in() {
        return root.resolve("in");
    }

    /** Below it one folder for each file. */
    Path out() {
        return root.resolve("out");
    }

    /** Working directory, home and place for temporary files. */
    Path tmp() {
        return root.resolve("tmp");
    }

    /** @return the same request with the paths that the process is to use */
    ExtractorRequest handOver(ExtractorRequest request) throws IOException {
        handedOver++;
        ExtractorRequest handed = handed(request);
        Files.deleteIfExists(handed.input());
        try {
            Files.createLink(handed.input(), request.input());
        } catch (UnsupportedOperationException | FileSystemException noLinks) {
            Files.copy(request.input(), handed.input());
        }
        if (uid != 0) {
            mode(handed.input(), "r--r--r--");
        }
        giveAway(Files.createDirectory(handed.output()));
        return handed;
    }

    /** What {@link #handOver} answered for this request, the last one. */
    ExtractorRequest handed(ExtractorRequest request) {
        return new ExtractorRequest(
                in().resolve(request.input().getFileName()),
                out().resolve(String.valueOf(handedOver)),
                request.name(),
                request.size());
    }

    /** Ends what {@link #handOver} began: the input is gone from here, the output is at {@code target}. */
    void takeBack(ExtractorRequest handed, Path target) throws IOException {
        Files.deleteIfExists(handed.input());
        ScratchFolder.delete(target);
        Files.move(handed.output(), target, StandardCopyOption.ATOMIC_MOVE);
        ScratchFolder.clear(tmp(), root);
    }

    private void giveAway(Path folder) throws IOException {
        mode(folder, "rwx------");
        if (uid != 0) {
            Files.setAttribute(folder, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(folder, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
