package dev.quarry.proxy.store;

/**
 * A role of a customer's cloud account, which this process assumes with its own identity.
 *
 * @param externalId the tenant's, made by this service and never taken from a caller: the role's trust policy asks for it, so that no other tenant can
 *     have the role assumed by naming it
 */
public record AssumedRole(String arn, String externalId) {
    private static final String ACCOUNT = "arn:aws(-us-gov)?:iam::[0-9]{12}:role/";
    static final String ARN = ACCOUNT + "[\\w+=,.@/-]{1,512}";
    private static final String EVERY_ROLE = "*";

    static boolean isGrantable(String value) {
        return value.matches(ARN) || value.matches(ACCOUNT + "\\*");
    }

    /** The grant of every role of this one's account. */
    static String everyRoleBeside(String arn) {
        return arn.substring(0, arn.indexOf('/') + 1) + EVERY_ROLE;
    }
}
