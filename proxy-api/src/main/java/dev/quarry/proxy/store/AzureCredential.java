package dev.quarry.proxy.store;

import java.util.Locale;

/** What a store of kind azure proves itself with. */
public enum AzureCredential {
    ACCOUNT_KEY,
    SAS_TOKEN,
    /** This process' own identity. */
    AMBIENT;

    /** As the API calls it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
