package dev.quarry.proxy.store;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import java.net.URI;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a store of kind azure may be registered with. */
@Component
class AzureRegistration {
    private static final String ACCOUNT = "[a-z0-9]{3,24}";
    private static final String CONTAINER = "\\$root|\\$web|[a-z0-9](-?[a-z0-9]){2,62}";
    private static final String SAS_TOKEN = "[\\x21-\\x7e]{1,4096}";
    private static final int KEY_CHARACTERS = 1_024;

    private final StoreEndpoints endpoints;
    private final SecretSeal seal;
    private final StoreGrants grants;

    AzureRegistration(StoreEndpoints endpoints, SecretSeal seal, StoreGrants grants) {
        this.endpoints = endpoints;
        this.seal = seal;
        this.grants = grants;
    }

    /** @throws Problem 422 with a code per mistake */
    AzureSettings checked(TenantId tenant, UUID store, NewStore.@Nullable Azure given) {
        if (given == null) {
            throw Problem.invalid(
                    "invalid_azure",
                    "a store of kind azure needs azure: its account, its container and a key or SAS token");
        }
        AzureSettings plain = new AzureSettings(
                Fields.matching("account", given.account(), ACCOUNT),
                Fields.matching("container", given.container(), CONTAINER),
                given.endpoint() == null ? null : endpoints.checked(tenant, given.endpoint()),
                AzureCredential.AMBIENT,
                null);
        if (Boolean.TRUE.equals(given.ambient())) {
            refuseUngranted(tenant, given, plain);
            return plain;
        }
        return withCredential(store, plain, given.accountKey(), given.sasToken());
    }

    /** @throws Problem 422 unless exactly one is given and can be one */
    AzureSettings withCredential(
            UUID store, AzureSettings azure, @Nullable Secret accountKey, @Nullable Secret sasToken) {
        if ((accountKey == null) == (sasToken == null)) {
            throw Problem.invalid(
                    "invalid_azure",
                    "give either accountKey or sasToken, got " + (accountKey == null ? "neither" : "both"));
        }
        return accountKey == null
                ? sealed(store, azure, AzureCredential.SAS_TOKEN, sasToken(sasToken))
                : sealed(store, azure, AzureCredential.ACCOUNT_KEY, accountKey(accountKey));
    }

    private AzureSettings sealed(UUID store, AzureSettings azure, AzureCredential credential, Secret secret) {
        AzureSettings named = azure.withCredential(credential, new byte[0]);
        return named.withSealed(seal.seal(store, named.keyName(), secret));
    }

    private static Secret accountKey(Secret given) {
        String key = given.value().strip();
        try {
            if (key.length() <= KEY_CHARACTERS && Base64.getDecoder().decode(key).length > 0) {
                return Secret.of(key);
            }
        } catch (IllegalArgumentException notBase64) {
            throw invalidKey();
        }
        throw invalidKey();
    }

    private static Problem invalidKey() {
        return Problem.invalid(
                "invalid_account_key",
                "accountKey must be one of the account's keys, in base64 as the portal shows it");
    }

    private static Secret sasToken(@Nullable Secret given) {
        String token = given == null ? "" : given.value().strip();
        String query = token.startsWith("?") ? token.substring(1) : token;
        if (!query.matches(SAS_TOKEN) || !("&" + query).contains("&sig=")) {
            throw Problem.invalid(
                    "invalid_sas_token",
                    "sasToken must be a shared access signature for the container: a query with sig=, not a URL");
        }
        return Secret.of(query);
    }

    private void refuseUngranted(TenantId tenant, NewStore.Azure given, AzureSettings azure) {
        if (given.accountKey() != null || given.sasToken() != null) {
            throw Problem.invalid("invalid_azure", "either ambient or a key or token, not both");
        }
        if (!grants.mayUseOwnIdentity(tenant, StoreKind.AZURE)) {
            throw Problem.invalid(
                    "ambient_not_allowed",
                    "no operator lets this tenant use the service's own identity; give a key or a SAS token");
        }
        if (azure.endpoint() != null && !azure.endpoint().startsWith("https:")) {
            throw Problem.invalid(
                    "ambient_not_allowed",
                    "endpoint '" + azure.endpoint()
                            + "': with the service's own identity it must be https, as what is sent there is a token; give a key or a SAS token");
        }
        // What is sent there is a token that opens every store the service may read.
        if (azure.endpoint() != null && !endpoints.isAllowed(tenant, URI.create(azure.endpoint()))) {
            throw Problem.invalid(
                    "ambient_not_allowed",
                    "with the service's own identity the endpoint must be Azure's or one that an operator grants to this tenant");
        }
    }
}
