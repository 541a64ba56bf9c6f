package dev.quarry.proxy.store;

import org.jspecify.annotations.Nullable;

/**
 * Where a store of kind azure lies and how it is spoken to.
 *
 * @param account name of the storage account
 * @param endpoint without path; null is the account's own in Azure's public cloud. One with a port has the account in its path, as emulators do
 * @param credential what the secret is
 * @param secretSealed see {@link RemoteSettings#secretSealed}
 */
public record AzureSettings(
        String account,
        String container,
        @Nullable String endpoint,
        AzureCredential credential,
        @Nullable String secretSealed)
        implements RemoteSettings {

    @Override
    public String keyName() {
        return account + "/" + credential.label();
    }

    /** The same with another credential. */
    AzureSettings withCredential(AzureCredential other, byte[] sealed) {
        return new AzureSettings(account, container, endpoint, other, RemoteSettings.text(sealed));
    }

    @Override
    public AzureSettings withSealed(byte[] sealed) {
        return withCredential(credential, sealed);
    }

    @Override
    public AzureSettings withoutSecret() {
        return new AzureSettings(account, container, endpoint, credential, null);
    }
}
