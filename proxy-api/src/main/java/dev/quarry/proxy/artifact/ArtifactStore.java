package dev.quarry.proxy.artifact;

import dev.quarry.proxy.tenant.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Where artifacts lie: by content, per tenant. Safe to repeat and for several processes at once. */
public interface ArtifactStore {
    /** Keeps the bytes under their SHA-256; if they are there they are as good as new. They are durable when this returns. */
    void put(TenantId tenant, byte[] sha256, ByteBuffer bytes) throws IOException;

    /** The bytes, or empty if they are not there. The caller closes the stream. */
    Optional<InputStream> open(TenantId tenant, byte[] sha256) throws IOException;

    /**
     * Deletes the bytes that were last put before that time and that nobody knows. Who puts bytes has until as long after that to make them known.
     *
     * @return how many there were
     */
    int sweep(TenantId tenant, Instant unusedSince, Known known) throws IOException;

    /** Which of these digests, in hex, somebody needs. */
    interface Known {
        Set<String> of(Collection<String> sha256);
    }
}
