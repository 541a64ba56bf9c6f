package dev.quarry.dev.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** Everything that a stack keeps, below one folder. Whoever has it open has it alone. */
public final class StackFolder implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int SECRET_BYTES = 32;

    private final Path path;
    private final FileChannel lock;

    private StackFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** @throws StackInUseException if another process has it open */
    public static StackFolder open(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path real = folder.toRealPath();
        FileChannel channel =
                FileChannel.open(real.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return new StackFolder(real, channel);
            }
        } catch (OverlappingFileLockException heldByThisJvm) {
            // refused below
        }
        channel.close();
        throw new StackInUseException(real);
    }

    public Path path() {
        return path;
    }

    Path postgres() {
        return path.resolve("postgres");
    }

    Path ports() {
        return path.resolve("ports.properties");
    }

    Path folder(String name) throws IOException {
        return Files.createDirectories(path.resolve(name));
    }

    Path log(String part) throws IOException {
        return folder("logs").resolve(part + ".log");
    }

    /** 32 random bytes in base64 in a file of mode 0600, made once. */
    Path secret(String name) throws IOException {
        Path secrets = path.resolve("secrets");
        if (!Files.isDirectory(secrets)) {
            Files.createDirectory(secrets, PRIVATE_FOLDER);
        }
        Path file = secrets.resolve(name);
        if (!Files.exists(file)) {
            byte[] random = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(random);
            Path draft = Files.createTempFile(secrets, name, null, PRIVATE_FILE);
            Files.writeString(draft, Base64.getEncoder().encodeToString(random));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
