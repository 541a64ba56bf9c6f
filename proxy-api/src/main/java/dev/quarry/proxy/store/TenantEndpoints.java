package dev.quarry.proxy.store;

import dev.quarry.proxy.tenant.TenantId;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** Where stores of one tenant may be spoken to at. */
public record TenantEndpoints(StoreEndpoints all, TenantId tenant) {
    /** See {@link StoreEndpoints#resolve}. */
    public InetAddress[] resolve(URI endpoint, String host) throws UnknownHostException {
        return all.resolve(tenant, endpoint, host);
    }
}
