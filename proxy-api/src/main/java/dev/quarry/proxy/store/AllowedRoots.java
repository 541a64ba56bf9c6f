package dev.quarry.proxy.store;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Which directories may become stores: those below a root that the operator allows, links resolved first, and never the system's own. */
@Component
class AllowedRoots {
    private static final List<Path> NEVER = List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

    private final List<Path> roots = new ArrayList<>();
    private final FilesystemMounts mounts;

    AllowedRoots(QuarrySettings settings, FilesystemMounts mounts) {
        this.mounts = mounts;
        for (String root : settings.filesystemRoots().split(":", -1)) {
            if (!root.isBlank()) {
                roots.add(allowed(root));
            }
        }
    }

    private static Path allowed(String root) {
        try {
            return Path.of(root).toRealPath();
        } catch (IOException | InvalidPathException missing) {
            throw new IllegalArgumentException(
                    "QUARRY_FILESYSTEM_ROOTS: '" + root + "' is not a folder that can be read; make it or take it out",
                    missing);
        }
    }

    /** The directory's real path. @throws Problem 422 invalid_root, 503 store_away */
    KeyBytes resolve(String root) {
        try {
            return mounts.registration().call(KeyBytes.utf8(root), progress -> resolved(root));
        } catch (IOException hangs) {
            throw new Problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "store_away",
                    "the directory does not answer: " + hangs.getMessage());
        }
    }

    private KeyBytes resolved(String root) {
        Path real = real(root);
        boolean below = roots.stream().anyMatch(real::startsWith);
        boolean system = real.getNameCount() == 0 || NEVER.stream().anyMatch(real::startsWith);
        if (!below || system) {
            throw refused(root, "it does not lie below a root that the operator allows (QUARRY_FILESYSTEM_ROOTS)");
        }
        if (!Files.isDirectory(real) || !Files.isReadable(real)) {
            throw refused(root, "it is no directory that can be read");
        }
        return RawNames.bytesOfAbsolute(real);
    }

    private static Path real(String root) {
        if (!root.startsWith("/") || root.indexOf('\0') >= 0) {
            throw refused(root, "it must be an absolute path");
        }
        try {
            return RawNames.absolute(KeyBytes.utf8(root)).toRealPath();
        } catch (IOException | IllegalArgumentException missing) {
            throw refused(root, "it is not there, or may not be read");
        }
    }

    private static Problem refused(String root, String why) {
        return Problem.invalid("invalid_root", "root '" + KeyBytes.utf8(root) + "' is refused: " + why);
    }
}
