package dev.quarry.proxy.artifact;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.tenant.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Artifacts in a folder: {@code <tenant>/<first two hex digits>/<sha256>}, written beside and renamed, so that a name never has half its bytes. */
@Component
class DirectoryArtifactStore implements ArtifactStore {
    private final Path root;

    @Autowired
    DirectoryArtifactStore(QuarrySettings settings) throws IOException {
        this(checked(settings.artifactsDir()));
    }

    DirectoryArtifactStore(Path root) throws IOException {
        this.root = Files.createDirectories(root).toRealPath();
    }

    private static Path checked(@Nullable Path folder) {
        if (folder == null) {
            throw new IllegalArgumentException(
                    "QUARRY_ARTIFACTS_DIR is not set; it names the folder where artifacts are kept");
        }
        return folder;
    }

    @Override
    public void put(TenantId tenant, byte[] sha256, ByteBuffer bytes) throws IOException {
        ArtifactFolder folder = folder(tenant);
        Path file = folder.file(hex(sha256));
        if (!renewed(file)) {
            write(file, bytes);
        }
        // Names lie in folders; those that another call has just made it may not have forced yet.
        for (Path names : List.of(file.resolveSibling(""), folder.root(), root)) {
            force(names);
        }
    }

    private static void write(Path file, ByteBuffer bytes) throws IOException {
        Path folder = Files.createDirectories(file.resolveSibling("."));
        Path part = Files.createTempFile(folder, ArtifactFolder.PART, null);
        try {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = bytes.duplicate();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /** Whether the bytes are there, and safe from a sweep for its grace. Asked in this order: a sweep may have taken what was renewed, but not before. */
    private static boolean renewed(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (NoSuchFileException missing) {
            return false;
        }
        return Files.exists(file);
    }

    /** A sweep may put aside for a moment what it then finds to be needed. */
    @Override
    public Optional<InputStream> open(TenantId tenant, byte[] sha256) throws IOException {
        ArtifactFolder folder = folder(tenant);
        String name = hex(sha256);
        for (Path place : List.of(folder.file(name), folder.aside(name), folder.file(name))) {
            try {
                return Optional.of(Files.newInputStream(place));
            } catch (NoSuchFileException elsewhere) {
                // the next place
            }
        }
        return Optional.empty();
    }

    @Override
    public int sweep(TenantId tenant, Instant unusedSince, Known known) throws IOException {
        return new ArtifactSweep(folder(tenant), FileTime.from(unusedSince), known).run();
    }

    private ArtifactFolder folder(TenantId tenant) {
        return new ArtifactFolder(root.resolve(tenant.toString()));
    }

    private static String hex(byte[] sha256) {
        return HexFormat.of().formatHex(sha256);
    }
}
