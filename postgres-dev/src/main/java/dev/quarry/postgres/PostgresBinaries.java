package dev.quarry.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The server's programs, unpacked once per machine user (60 MB) and shared by all homes. */
final class PostgresBinaries {
    private static final String VERSION = "17.11.0";
    private static final int EXECUTABLE_BITS = 0b001_001_001;

    private PostgresBinaries() {}

    /** The folder with {@code initdb} and {@code postgres}. */
    static Path unpacked(ServerUser user) throws IOException {
        Path folder = folder(user).resolve("postgres-" + VERSION);
        if (!Files.isDirectory(folder)) {
            unpack(folder);
        }
        return folder.resolve("bin");
    }

    /** Root starts the server as somebody else, who must be able to reach it; root's own home is usually closed. */
    private static Path folder(ServerUser user) {
        if (user.differs()) {
            return Path.of("/var/cache/quarry");
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        return cache == null || cache.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache", "quarry")
                : Path.of(cache, "quarry");
    }

    /** Under another name first: a second JVM, or one killed half-way, must never see half a server. */
    private static void unpack(Path folder) throws IOException {
        Files.createDirectories(folder.getParent());
        Path draft = Files.createTempDirectory(folder.getParent(), "postgres-unpack-");
        try {
            extract(draft);
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException somebodyElseWasFirst) {
            FileTree.delete(draft);
        } catch (IOException | RuntimeException e) {
            FileTree.delete(draft);
            throw e;
        }
    }

    private static void extract(Path draft) throws IOException {
        try (InputStream packed = open();
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(packed))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = draft.resolve(entry.getName()).normalize();
                if (!target.startsWith(draft)) {
                    throw new IOException("the PostgreSQL archive has an entry outside its folder: " + entry.getName());
                }
                write(tar, entry, target);
            }
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        boolean program = (entry.getMode() & EXECUTABLE_BITS) != 0;
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static InputStream open() throws IOException {
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        boolean arm = List.of("aarch64", "arm64").contains(machine);
        String name = arm ? "/postgres-linux-arm_64.txz" : "/postgres-linux-x86_64.txz";
        InputStream packed = PostgresBinaries.class.getResourceAsStream(name);
        if (packed == null || !(arm || List.of("amd64", "x86_64").contains(machine))) {
            throw new IOException("no PostgreSQL binaries for a machine of type " + machine
                    + "; name a server of your own in QUARRY_DB_URL");
        }
        return packed;
    }
}
