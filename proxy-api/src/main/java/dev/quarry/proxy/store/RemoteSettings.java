package dev.quarry.proxy.store;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Where a store lies that is spoken to over the network, and with which credential. The database has them as JSON, the secret apart. */
public sealed interface RemoteSettings permits AzureSettings, S3Settings {
    /** Without path; null: where such stores lie by themselves. */
    @Nullable
    String endpoint();

    /** Base64, opened by {@link SecretSeal} alone; null: this process' own identity. */
    @Nullable
    String secretSealed();

    /** What the secret is of; sealed together with it, so that no secret stands in for another. */
    String keyName();

    /** The same without what only a process with the master key can compare. */
    RemoteSettings withoutSecret();

    /** The same with the secret as it was sealed. */
    RemoteSettings withSealed(byte[] sealed);

    static String text(byte[] sealed) {
        return Base64.getEncoder().encodeToString(sealed);
    }

    /** The secret itself; empty if there is none. */
    default String opened(SecretSeal seal, java.util.UUID store) {
        String sealed = secretSealed();
        return sealed == null
                ? ""
                : seal.open(store, keyName(), Base64.getDecoder().decode(sealed))
                        .value();
    }
}
