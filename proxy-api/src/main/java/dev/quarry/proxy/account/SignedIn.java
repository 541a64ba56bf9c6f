package dev.quarry.proxy.account;

import dev.quarry.proxy.tenant.TenantId;
import java.util.UUID;

/**
 * A person who has shown the password of an account.
 *
 * @param credential counts up when the password changes or the account is disabled; what was given before then is worthless
 */
public record SignedIn(TenantId tenant, UUID account, int credential) {
    /** What the subject of a person's token begins with. */
    public static final String SUBJECT = "account:";
}
