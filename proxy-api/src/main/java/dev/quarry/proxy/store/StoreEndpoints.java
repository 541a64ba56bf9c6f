package dev.quarry.proxy.store;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.problem.Problem;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Which addresses stores may be spoken to at: https, and no address of this machine, its networks or its cloud's metadata, unless the operator names
 * the host and port (QUARRY_STOREENDPOINTS). Clients resolve names through {@link #resolve} only, so the address that was checked is the one that is
 * connected to.
 */
@Component
public class StoreEndpoints {
    private final Set<String> allowed = new HashSet<>();

    StoreEndpoints(QuarrySettings settings) {
        for (String endpoint : settings.storeEndpoints()) {
            if (!endpoint.matches("[^\\s/]+:(\\*|\\d{1,5})")) {
                throw new IllegalArgumentException(
                        "QUARRY_STOREENDPOINTS: '" + endpoint + "' is not of the form host:port; port * is every port");
            }
            allowed.add(endpoint.toLowerCase(Locale.ROOT));
        }
    }

    /** The endpoint in one notation. @throws Problem 422 invalid_endpoint */
    String checked(String endpoint) {
        URI uri = parsed(endpoint);
        if (!isAllowed(uri)) {
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
                            "it lies at an address of a machine or network of our own; the operator can allow it"
                                    + " (QUARRY_STOREENDPOINTS)");
                }
            }
        } catch (UnknownHostException unknown) {
            throw refused(endpoint, "its host is not known");
        }
    }

    private static Problem refused(String endpoint, String why) {
        return Problem.invalid("invalid_endpoint", "endpoint '" + KeyBytes.utf8(endpoint) + "': " + why);
    }

    /** Whether the operator names it: without TLS and at any address. */
    public boolean isAllowed(URI endpoint) {
        int port = endpoint.getPort() >= 0 ? endpoint.getPort() : "https".equals(endpoint.getScheme()) ? 443 : 80;
        String host = endpoint.getHost();
        return allowed.contains(host + ":" + port) || allowed.contains(host + ":*");
    }

    /** Addresses of a host of {@code endpoint}, or of a name below it. @throws UnknownHostException also if one of them is forbidden */
    public InetAddress[] resolve(URI endpoint, String host) throws UnknownHostException {
        InetAddress[] addresses = InetAddress.getAllByName(host);
        if (!isAllowed(endpoint)) {
            for (InetAddress address : addresses) {
                if (ForbiddenAddresses.contains(address)) {
                    throw new UnknownHostException(
                            "'" + host
                                    + "' has an address of a machine or network of our own now; the operator can allow it (QUARRY_STOREENDPOINTS)");
                }
            }
        }
        return addresses;
    }
}
