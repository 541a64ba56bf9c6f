package dev.quarry.proxy.security;

import dev.quarry.proxy.store.Secret;
import dev.quarry.proxy.store.SecretSeal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Secrets of stores under the master key. */
@Component
class MasterKeySecretSeal implements SecretSeal {
    private final MasterKey master;

    MasterKeySecretSeal(MasterKey master) {
        this.master = master;
    }

    @Override
    public byte[] seal(UUID store, String accessKeyId, Secret secret) {
        return master.seal(secret.value().getBytes(StandardCharsets.UTF_8), associated(store, accessKeyId));
    }

    @Override
    public Secret open(UUID store, String accessKeyId, byte[] sealed) {
        return new Secret(new String(master.open(sealed, associated(store, accessKeyId)), StandardCharsets.UTF_8));
    }

    @Override
    public Optional<byte[]> reseal(UUID store, String accessKeyId, byte[] sealed) {
        return master.reseal(sealed, associated(store, accessKeyId));
    }

    private static byte[] associated(UUID store, String accessKeyId) {
        return ("STORE/" + store + "/" + accessKeyId).getBytes(StandardCharsets.UTF_8);
    }
}
