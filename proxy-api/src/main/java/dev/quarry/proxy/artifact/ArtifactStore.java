package dev.quarry.proxy.artifact;

import dev.quarry.proxy.tenant.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Where artifacts lie: by content, per tenant. Safe to repeat and for several processes at once. */
public interface ArtifactStore {
    /** Keeps the bytes under their SHA-256; does nothing if they are there. They are durable when this returns. */
    void put(TenantId tenant, byte[] sha256, ByteBuffer bytes) throws IOException;

    /** The bytes, or empty if they are not there. The caller closes the stream. */
    Optional<InputStream> open(TenantId tenant, byte[] sha256) throws IOException;

    /** Does nothing if they are not there. */
    void delete(TenantId tenant, byte[] sha256) throws IOException;
}
