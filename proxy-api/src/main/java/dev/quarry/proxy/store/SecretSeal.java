package dev.quarry.proxy.store;

import java.util.Optional;
import java.util.UUID;

/** Seals the secrets of stores for the database, each for one store and one key id, so that none can stand in for another. */
public interface SecretSeal {
    byte[] seal(UUID store, String accessKeyId, Secret secret);

    /** @throws IllegalStateException if it was sealed for another store or key id, or under another master key */
    Secret open(UUID store, String accessKeyId, byte[] sealed);

    /** The same secret under the master key of now, or empty if it is under that already. */
    Optional<byte[]> reseal(UUID store, String accessKeyId, byte[] sealed);
}
