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
            "AccountProblem",
            "NotSignedUp");

    private S3Errors() {}

    /** What is not of the SDK is thrown as it is. @param what was asked for, for people */
    static StoreException mapped(RuntimeException failed, String what) {
        if (failed instanceof SdkException ofSdk) {
            return map(ofSdk, what);
        }
        throw failed;
    }

    static StoreException map(SdkException failed, String what) {
        if (failed instanceof NoSessionException none) {
            return new NotReadableException(what + ": " + none.getMessage(), none);
        }
        return failed instanceof AwsServiceException answer
                ? map(answer, what)
                : new StoreAwayException(what + ": no answer (" + rootCause(failed) + ")", failed);
    }

    private static StoreException map(AwsServiceException answer, String what) {
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
        if (status == 404) {
            return new GoneFromStoreException(what + " is not there any more", answer);
        }
        if (status == 403) {
            return new NotReadableException(what + ": the store refuses (403 " + code + ")", answer);
        }
        if (status == 301 || status == 307 || code.equals("AuthorizationHeaderMalformed")) {
            return new StoreAwayException(
                    what + ": the bucket lies in another region or at another endpoint (" + status + " " + code + ")",
                    answer);
        }
        String told = what + ": the store answers " + status + " " + code;
        return status == 503 || status == 429
                ? new StoreBusyException(told, answer)
                : new StoreAwayException(told, answer);
    }

    private static String rootCause(Throwable failed) {
        Throwable cause = failed;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
