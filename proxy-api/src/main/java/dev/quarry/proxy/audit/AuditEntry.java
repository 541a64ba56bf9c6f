package dev.quarry.proxy.audit;

import dev.quarry.proxy.tenant.TenantId;
import java.util.UUID;

/**
 * One line of the audit log.
 *
 * @param tenant whose log it stands in; {@link #DEPLOYMENT} where nothing tells a tenant, which operators alone see
 * @param who empty if nobody was known
 * @param what a method and route, or LOGIN and the like
 * @param object the path, or what was meant
 * @param address the connection's other end
 * @param status as it was answered
 */
public record AuditEntry(TenantId tenant, String who, String what, String object, String address, int status) {
    public static final TenantId DEPLOYMENT = new TenantId(new UUID(0, 0));
    private static final int LONGEST = 300;

    public AuditEntry {
        object = object.length() > LONGEST ? object.substring(0, LONGEST) : object;
    }
}
