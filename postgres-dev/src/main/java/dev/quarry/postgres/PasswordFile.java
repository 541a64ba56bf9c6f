package dev.quarry.postgres;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** A random password in a file of mode 0600, made once. */
final class PasswordFile {
    static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int BYTES = 24;

    private PasswordFile() {}

    /** Written beside and moved into place, so that a file that exists holds a whole password. */
    static void create(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        Path draft = Files.createTempFile(file.getParent(), "password", null, PRIVATE);
        Files.writeString(draft, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
        try {
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException anotherThreadWasFirst) {
            // that one counts
        } finally {
            Files.delete(draft);
        }
    }

    static String read(Path file) throws IOException {
        return Files.readString(file).strip();
    }
}
