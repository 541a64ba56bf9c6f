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
import java.util.HexFormat;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Artifacts in a folder: {@code <tenant>/<first two hex digits>/<sha256>}, written beside and renamed, so that a name never has half its bytes. */
@Component
class DirectoryArtifactStore implements ArtifactStore {
    private final Path root;

    DirectoryArtifactStore(QuarrySettings settings) throws IOException {
        if (settings.artifactsDir() == null) {
            throw new IllegalArgumentException(
                    "QUARRY_ARTIFACTS_DIR is not set; it names the folder where artifacts are kept");
        }
        this.root = Files.createDirectories(settings.artifactsDir()).toRealPath();
    }

    @Override
    public void put(TenantId tenant, byte[] sha256, ByteBuffer bytes) throws IOException {
        Path file = file(tenant, sha256);
        if (Files.exists(file)) {
            return;
        }
        Path folder = Files.createDirectories(file.resolveSibling("."));
        Path part = Files.createTempFile(folder, "part", null);
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

    @Override
    public Optional<InputStream> open(TenantId tenant, byte[] sha256) throws IOException {
        try {
            return Optional.of(Files.newInputStream(file(tenant, sha256)));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        }
    }

    @Override
    public void delete(TenantId tenant, byte[] sha256) throws IOException {
        Files.deleteIfExists(file(tenant, sha256));
    }

    private Path file(TenantId tenant, byte[] sha256) {
        String hex = HexFormat.of().formatHex(sha256);
        return root.resolve(tenant.toString()).resolve(hex.substring(0, 2)).resolve(hex);
    }
}
