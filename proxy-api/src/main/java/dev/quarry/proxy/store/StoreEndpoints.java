package dev.quarry.proxy.store;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.grant.GrantKind;
import dev.quarry.proxy.grant.Granted;
import dev.quarry.proxy.grant.Grants;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Which addresses stores may be spoken to at: https, and no address of this machine, its networks or its cloud's metadata, unless an operator grants
 * the host and port to the tenant. Those of QUARRY_STOREENDPOINTS are the bootstrap tenant's. Clients resolve names through {@link #resolve} only, so the address that was checked is the one that is
 * connected to.
 */
@Component
public class StoreEndpoints {
    private final Set<String> ofSettings = new HashSet<>();
    private final Grants grants;

    StoreEndpoints(QuarrySettings settings, Grants grants) {
        this.grants = grants;
        for (String endpoint : settings.storeEndpoints()) {
            if (!isHostAndPort(endpoint)) {
                throw new IllegalArgumentException(
                        "QUARRY_STOREENDPOINTS: '" + endpoint + "' is not of the form host:port; port * is every port");
            }
            ofSettings.add(inOneNotation(endpoint));
        }
    }

    static boolean isHostAndPort(String endpoint) {
        return endpoint.matches("[^\\s/]+:(\\*|\\d{1,5})");
    }

    static String inOneNotation(String endpoint) {
        return endpoint.toLowerCase(Locale.ROOT);
    }

    public TenantEndpoints of(TenantId tenant) {
        return new TenantEndpoints(this, tenant);
    }

    /** The endpoint in one notation. @throws Problem 422 invalid_endpoint */
    String checked(TenantId tenant, String endpoint) {
        URI uri = parsed(endpoint);
        if (!isAllowed(grants.now(tenant), uri)) {
            if (!"https".equals(uri.getScheme())) {
                throw refused(endpoint, "it must be https");
            }
            refuseForbidden(endpoint, uri);
        }
        return uri.toString();
    }

    private static URI parsed(String endpoint) {
        try {
            URI uri = new URI(endpoint.toLowerCase(Locale.ROOT));
            boolean plain = uri.getHost() != null
                    && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getRawUserInfo() == null
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            if (plain && isOddNumber(uri.getHost())) {
                throw refused(endpoint, "write the address as four decimal numbers without leading zeros");
            }
            if (!plain) {
                throw refused(endpoint, "it must be of the form https://host or https://host:port");
            }
            return new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), null, null, null);
        } catch (URISyntaxException unreadable) {
            throw refused(endpoint, "it is no URL");
        }
    }

    /** Such as 0177.0.0.1, which is one address to some resolvers and another to others (WHATWG URL, "ends in a number"). */
    private static boolean isOddNumber(String host) {
        String last = host.substring(host.lastIndexOf('.') + 1);
        return last.matches("\\d+|0x[0-9a-f]*") && !host.matches("((0|[1-9]\\d{0,2})\\.){3}(0|[1-9]\\d{0,2})");
    }

    private static void refuseForbidden(String endpoint, URI uri) {
        try {
            for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
                if (ForbiddenAddresses.contains(address)) {
                    throw refused(
                            endpoint,
                            "it lies at an address of a machine or network of our own; an operator can grant it to this tenant");
                }
            }
        } catch (UnknownHostException unknown) {
            throw refused(endpoint, "its host is not known");
        }
    }

    private static Problem refused(String endpoint, String why) {
        return Problem.invalid("invalid_endpoint", "endpoint '" + KeyBytes.utf8(endpoint) + "': " + why);
    }

    /** Whether an operator grants it to the tenant: without TLS and at any address. */
    boolean isAllowed(TenantId tenant, URI endpoint) {
        return isAllowed(grants.of(tenant), endpoint);
    }

    private boolean isAllowed(Granted granted, URI endpoint) {
        int port = endpoint.getPort() >= 0 ? endpoint.getPort() : "https".equals(endpoint.getScheme()) ? 443 : 80;
        String host = endpoint.getHost();
        return isAllowed(granted, host + ":" + port) || isAllowed(granted, host + ":*");
    }

    private boolean isAllowed(Granted granted, String endpoint) {
        return granted.has(GrantKind.STORE_ENDPOINT, endpoint)
                || (granted.bootstrap() && ofSettings.contains(endpoint));
    }

    /** Whether a store that lies there may not be used (any more). A host that is not known is none of ours. */
    boolean isRefused(TenantId tenant, URI endpoint) {
        if (isAllowed(tenant, endpoint)) {
            return false;
        }
        try {
            return !"https".equals(endpoint.getScheme())
                    || Arrays.stream(InetAddress.getAllByName(endpoint.getHost()))
                            .anyMatch(ForbiddenAddresses::contains);
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    /** Addresses of a host of {@code endpoint}, or of a name below it. @throws UnknownHostException also if one of them is forbidden */
    InetAddress[] resolve(TenantId tenant, URI endpoint, String host) throws UnknownHostException {
        InetAddress[] addresses = InetAddress.getAllByName(host);
        if (!isAllowed(tenant, endpoint)) {
            for (InetAddress address : addresses) {
                if (ForbiddenAddresses.contains(address)) {
                    throw new UnknownHostException(
                            "'" + host
                                    + "' has an address of a machine or network of our own now, which no operator grants to this tenant");
                }
            }
        }
        return addresses;
    }
}
