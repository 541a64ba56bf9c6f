package dev.quarry.proxy.store.s3;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** A key that a directory bucket gives no session to, whatever else it may do. */
final class NoSessionException extends SdkClientException {
    private static final long serialVersionUID = 1;

    NoSessionException(AwsServiceException refused) {
        super(
                builder()
                        .cause(refused)
                        .message(
                                "the directory bucket refuses a session to read with (403 "
                                        + refused.awsErrorDetails().errorCode()
                                        + "); the key needs the right s3express:CreateSession, for sessions that are ReadOnly at least"));
    }
}
