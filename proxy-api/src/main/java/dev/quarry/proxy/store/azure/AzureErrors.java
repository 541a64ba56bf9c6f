package dev.quarry.proxy.store.azure;

import com.azure.storage.blob.models.BlobStorageException;
import dev.quarry.proxy.store.ArchivedException;
import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreBusyException;
import dev.quarry.proxy.store.StoreException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/** The SDK's errors as the store's, in this one place. The store's own words about a credential are kept, the credential is in none of them. */
final class AzureErrors {
    /** The key's or the clock's trouble, or the account's as a whole, not the file's: everything waits until somebody sees to it. */
    private static final Set<String> CREDENTIAL = Set.of(
            "AuthenticationFailed",
            "AuthorizationFailure",
            "InvalidAuthenticationInfo",
            "NoAuthenticationInformation",
            "KeyBasedAuthenticationNotPermitted",
            "AuthorizationSourceIPMismatch",
            "AuthorizationProtocolMismatch",
            "AccountIsDisabled");

    private static final Set<String> CONTAINER =
            Set.of("ContainerNotFound", "ContainerBeingDeleted", "ContainerDisabled");
    private static final Set<String> ARCHIVED = Set.of("BlobArchived", "BlobBeingRehydrated");

    private AzureErrors() {}

    /** @param what was asked for, for people. @throws RuntimeException {@code failed} itself, if it is not about the store */
    static StoreException map(RuntimeException failed, String what) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof BlobStorageException answer) {
                String code = answer.getErrorCode() == null
                        ? ""
                        : answer.getErrorCode().toString();
                return refused(answer.getStatusCode(), code, what, failed);
            }
            if (cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof XMLStreamException) {
                return new StoreAwayException(
                        what + ": no answer (" + cause.getClass().getSimpleName() + ": " + cause.getMessage() + ")",
                        failed);
            }
        }
        throw failed;
    }

    /** What an answer that is none of success means. @param code as the service names the error */
    static StoreException refused(int status, String code, String what, @Nullable Throwable cause) {
        if (CREDENTIAL.contains(code) || status == 401) {
            return new StoreAwayException(
                    what + ": the store refuses the credential (" + (code.isEmpty() ? "401" : code)
                            + "); it goes on once the key or token, this machine's clock and the account's network rules are right",
                    cause);
        }
        if (CONTAINER.contains(code)) {
            return new NotReadableException(what + ": the container is not there (" + code + ")", cause);
        }
        if (ARCHIVED.contains(code)) {
            return new ArchivedException(what + " lies in an archive", cause);
        }
        if (status == 412 || status == 416) {
            return new ChangedInStoreException(what + " has changed since it was listed", cause);
        }
        if (status == 404) {
            return new GoneFromStoreException(what + " is not there any more", cause);
        }
        if (status == 403) {
            return new NotReadableException(what + ": the store refuses (403 " + code + ")", cause);
        }
        if (status / 100 == 3) {
            return new StoreAwayException(
                    what + ": the endpoint sends us elsewhere (" + status + "), which is not followed", cause);
        }
        String told = what + ": the store answers " + status + " " + code;
        return status == 503 || status == 429
                ? new StoreBusyException(told, cause)
                : new StoreAwayException(told, cause);
    }
}
