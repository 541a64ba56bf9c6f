package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.ArchivedException;
import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreBusyException;
import dev.quarry.proxy.store.StoreException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.model.StsException;

/** The SDK's errors as the store's, in this one place. The store's own words about a credential are kept, the credential is in none of them. */
final class S3Errors {
    /** The key's or the clock's trouble, not the file's: everything waits until somebody sees to it. */
    private static final Set<String> CREDENTIAL = Set.of(
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "ExpiredToken",
            "InvalidToken",
            "TokenRefreshRequired",
            "RequestTimeTooSkewed",
            "RequestExpired",
            "AccountProblem",
            "NotSignedUp");

    /** Refusals that say nothing of the file that was asked for: the connection's trouble, or that of where the bucket lies. */
    private static final Set<String> NOT_OF_THE_FILE =
            Set.of("RequestTimeout", "IllegalLocationConstraintException", "IncorrectEndpoint");

    private enum Asked {
        FOLDER,
        FILE,
        HEAD_OF_FILE
    }

    private S3Errors() {}

    /**
     * Of a listing. What is not of the SDK is thrown as it is.
     *
     * @param what was asked for, for people
     */
    static StoreException ofFolder(RuntimeException failed, String what) {
        return mapped(failed, what, Asked.FOLDER);
    }

    /** Of one file's bytes; likewise. */
    static StoreException ofFile(RuntimeException failed, String what) {
        return mapped(failed, what, Asked.FILE);
    }

    /** Of one file's head, which has no body to name an error in; likewise. */
    static StoreException ofHead(RuntimeException failed, String what) {
        return mapped(failed, what, Asked.HEAD_OF_FILE);
    }

    private static StoreException mapped(RuntimeException failed, String what, Asked asked) {
        if (failed instanceof NoSessionException none) {
            return new NotReadableException(what + ": " + none.getMessage(), none);
        }
        if (failed instanceof AwsServiceException answer) {
            return map(answer, what, asked);
        }
        if (failed instanceof SdkException unanswered) {
            return new StoreAwayException(what + ": no answer (" + rootCause(unanswered) + ")", unanswered);
        }
        throw failed;
    }

    private static StoreException map(AwsServiceException answer, String what, Asked asked) {
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        int status = answer.statusCode();
        if (answer instanceof StsException) {
            return new StoreAwayException(
                    what + ": the store's role cannot be assumed (" + answer.statusCode() + " " + code
                            + "); it goes on once its trust policy names this service and the store's external id",
                    answer);
        }
        if (CREDENTIAL.contains(code)) {
            return new StoreAwayException(
                    what + ": the store refuses the credential (" + code
                            + "); it goes on once the key, or this machine's clock, is right",
                    answer);
        }
        if (code.equals("NoSuchBucket")) {
            return new NotReadableException(what + ": the bucket is not there", answer);
        }
        if (code.equals("InvalidObjectState")) {
            return new ArchivedException(what + " lies in an archive", answer);
        }
        if (status == 412 || status == 416) {
            // No such range: it is shorter than it was listed.
            return new ChangedInStoreException(what + " has changed since it was listed", answer);
        }
        if (status == 404 && saysGone(code, asked)) {
            return new GoneFromStoreException(what + " is not there any more", answer);
        }
        if (status == 403 && !isNobodys(code, asked)) {
            return new NotReadableException(what + ": the store refuses (403 " + code + ")", answer);
        }
        if (status == 301 || status == 307 || code.equals("AuthorizationHeaderMalformed")) {
            return new StoreAwayException(
                    what + ": the bucket lies in another region or at another endpoint (" + status + " " + code + ")",
                    answer);
        }
        String told = what + ": the store answers " + status + " " + code;
        if (status == 503 || answer.isThrottlingException() || code.endsWith("ThrottlingException")) {
            return new StoreBusyException(told, answer);
        }
        return asked != Asked.FOLDER && isRefusal(status, code)
                ? new NotReadableException(told, answer)
                : new StoreAwayException(told, answer);
    }

    /**
     * A folder that holds nothing is listed as an empty page. So a 404 to a listing comes from what stands before the store and has lost it, unless it names
     * what some services do not find. What was known below a folder that is taken for gone is deleted.
     */
    private static boolean saysGone(String code, Asked asked) {
        return asked == Asked.FOLDER ? code.equals("NoSuchKey") : !isNobodys(code, asked);
    }

    /** The service names what it refuses of a file's bytes. What names nothing comes from what stands before it, such as an ingress without a backend. */
    private static boolean isNobodys(String code, Asked asked) {
        return asked == Asked.FILE && code.isEmpty();
    }

    /** Such as of an object under a customer's own key, or under a key of KMS that is switched off: it stays refused, and others do not wait for it. */
    private static boolean isRefusal(int status, String code) {
        return status / 100 == 4 && status != 408 && !code.isEmpty() && !NOT_OF_THE_FILE.contains(code);
    }

    private static String rootCause(Throwable failed) {
        Throwable cause = failed;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
