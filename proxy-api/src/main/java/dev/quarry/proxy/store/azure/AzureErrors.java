package dev.quarry.proxy.store.azure;

import com.azure.core.exception.ClientAuthenticationException;
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

    private static final Set<String> GONE = Set.of("PathNotFound", "BlobNotFound");

    private enum Asked {
        FOLDER,
        FILE
    }

    private AzureErrors() {}

    /**
     * Answers among them are those to listings: of a file's own see {@link #ofFile}.
     *
     * @param what was asked for, for people
     * @throws RuntimeException {@code failed} itself, if it is not about the store
     */
    static StoreException map(RuntimeException failed, String what) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClientAuthenticationException none) {
                return new StoreAwayException(
                        what + ": the service's own identity cannot be had ("
                                + String.valueOf(none.getMessage()).replaceAll("\\s+", " ") + ")",
                        failed);
            }
            if (cause instanceof BlobStorageException answer) {
                String code = answer.getErrorCode() == null
                        ? ""
                        : answer.getErrorCode().toString();
                return refused(answer.getStatusCode(), code, what, Asked.FOLDER, failed);
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

    /** What an answer to a file's own call means that is none of success. @param code as the service names the error */
    static StoreException ofFile(int status, String code, String what) {
        return refused(status, code, what, Asked.FILE, null);
    }

    private static StoreException refused(
            int status, String code, String what, Asked asked, @Nullable Throwable cause) {
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
        if (status == 404 && saysGone(code, asked)) {
            return new GoneFromStoreException(what + " is not there any more", cause);
        }
        if (status == 403 && !isNobodys(code, asked)) {
            return new NotReadableException(what + ": the store refuses (403 " + code + ")", cause);
        }
        if (status / 100 == 3) {
            return new StoreAwayException(
                    what + ": the endpoint sends us elsewhere (" + status + "), which is not followed", cause);
        }
        String told = what + ": the store answers " + status + " " + code;
        if (status == 503 || status == 429) {
            return new StoreBusyException(told, cause);
        }
        return asked == Asked.FILE && isRefusal(status, code)
                ? new NotReadableException(told, cause)
                : new StoreAwayException(told, cause);
    }

    /**
     * A folder that holds nothing is listed as an empty page. So a 404 to a listing comes from what stands before the store and has lost it, unless it names
     * what is not found. What was known below a folder that is taken for gone is deleted.
     */
    private static boolean saysGone(String code, Asked asked) {
        return asked == Asked.FOLDER ? GONE.contains(code) : !isNobodys(code, asked);
    }

    /** The service names what it refuses of a file. What names nothing comes from what stands before it, such as an ingress without a backend. */
    private static boolean isNobodys(String code, Asked asked) {
        return asked == Asked.FILE && code.isEmpty();
    }

    /** Such as of a blob under a customer's own key: it stays refused, and others do not wait for it. */
    private static boolean isRefusal(int status, String code) {
        return status / 100 == 4 && status != 408 && !code.isEmpty();
    }
}
