package dev.quarry.proxy.store;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.grant.GrantKind;
import dev.quarry.proxy.grant.Granted;
import dev.quarry.proxy.grant.Grants;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Which directories a tenant's stores may lie in: those below a root that an operator grants to it, links resolved first, and never the system's own. The
 * roots of QUARRY_FILESYSTEM_ROOTS are the bootstrap tenant's.
 */
@Component
class AllowedRoots {
    private static final List<Path> NEVER = List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

    private final List<KeyBytes> ofSettings = new ArrayList<>();
    private final FilesystemMounts mounts;
    private final Grants grants;

    AllowedRoots(QuarrySettings settings, FilesystemMounts mounts, Grants grants) {
        this.mounts = mounts;
        this.grants = grants;
        for (String root : settings.filesystemRoots().split(":", -1)) {
            if (!root.isBlank()) {
                ofSettings.add(allowed(root));
            }
        }
    }

    private static KeyBytes allowed(String root) {
        try {
            return RawNames.bytesOfAbsolute(Path.of(root).toRealPath());
        } catch (IOException | InvalidPathException missing) {
            throw new IllegalArgumentException(
                    "QUARRY_FILESYSTEM_ROOTS: '" + root + "' is not a folder that can be read; make it or take it out",
                    missing);
        }
    }

    /** The directory's real path. @throws Problem 422 invalid_root, 503 store_away */
    KeyBytes resolve(TenantId tenant, String root) {
        Granted granted = grants.now(tenant);
        return bounded(root, path -> covers(granted, path));
    }

    /** The directory's real path as a root to grant. @throws Problem 422 invalid_root, 503 store_away */
    String grantable(String root) {
        KeyBytes resolved = bounded(root, path -> true);
        String text = new String(resolved.bytes(), StandardCharsets.UTF_8);
        if (!KeyBytes.utf8(text).equals(resolved)) {
            throw refused(root, "its real path is no text; grant a folder above it");
        }
        return text;
    }

    /** Whether the tenant may use the directory now; does not look at the file system. */
    boolean covers(TenantId tenant, KeyBytes resolved) {
        return above(tenant, resolved).isPresent();
    }

    /** The highest root above the directory that the tenant is granted now: what lies below it may be the tenant's to write. */
    Optional<KeyBytes> above(TenantId tenant, KeyBytes resolved) {
        return above(grants.of(tenant), resolved).min(Comparator.comparingInt(root -> root.bytes().length));
    }

    private boolean covers(Granted granted, KeyBytes resolved) {
        return above(granted, resolved).findAny().isPresent();
    }

    private Stream<KeyBytes> above(Granted granted, KeyBytes resolved) {
        Stream<KeyBytes> settings = granted.bootstrap() ? ofSettings.stream() : Stream.of();
        Stream<KeyBytes> called = granted.values(GrantKind.FILESYSTEM_ROOT).map(KeyBytes::utf8);
        return Stream.concat(settings, called)
                .filter(root -> resolved.equals(root) || resolved.startsWith(root.prefix()));
    }

    private KeyBytes bounded(String root, Predicate<KeyBytes> granted) {
        try {
            return mounts.registration()
                    .call(KeyBytes.utf8(root), KeyBytes.utf8(root), progress -> resolved(root, granted));
        } catch (IOException hangs) {
            throw new Problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "store_away",
                    "the directory does not answer: " + hangs.getMessage());
        }
    }

    private static KeyBytes resolved(String root, Predicate<KeyBytes> granted) {
        Path real = real(root, granted);
        if (!granted.test(RawNames.bytesOfAbsolute(real))) {
            throw ungranted(root);
        }
        if (real.getNameCount() == 0 || NEVER.stream().anyMatch(real::startsWith)) {
            throw refused(root, "it is the system's own, which nobody is granted");
        }
        if (!Files.isDirectory(real) || !Files.isReadable(real)) {
            throw refused(root, "it is no directory that can be read");
        }
        return RawNames.bytesOfAbsolute(real);
    }

    /** What is there or not is told only of what the tenant may see: else any path of this machine could be tried. */
    private static Path real(String root, Predicate<KeyBytes> granted) {
        if (!root.startsWith("/") || root.indexOf('\0') >= 0) {
            throw refused(root, "it must be an absolute path");
        }
        try {
            return RawNames.absolute(KeyBytes.utf8(root)).toRealPath();
        } catch (IOException | IllegalArgumentException missing) {
            boolean told = !root.contains("/../") && !root.endsWith("/..") && granted.test(KeyBytes.utf8(root));
            throw told ? refused(root, "it is not there, or may not be read") : ungranted(root);
        }
    }

    private static Problem ungranted(String root) {
        return refused(root, "it does not lie below a root that an operator grants to this tenant");
    }

    private static Problem refused(String root, String why) {
        return Problem.invalid("invalid_root", "root '" + KeyBytes.utf8(root) + "' is refused: " + why);
    }
}
