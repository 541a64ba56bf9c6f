package dev.quarry.proxy.grant;

import java.util.Set;
import java.util.stream.Stream;

/**
 * What a tenant may use by its operators' calls.
 *
 * @param tenant its name
 * @param bootstrap it is the deployment's first tenant, which also has what the settings grant
 */
public record Granted(String tenant, boolean bootstrap, Set<Grant> grants) {
    public Granted {
        grants = Set.copyOf(grants);
    }

    public boolean has(GrantKind kind, String value) {
        return grants.contains(new Grant(kind, value));
    }

    public Stream<String> values(GrantKind kind) {
        return grants.stream().filter(grant -> grant.kind() == kind).map(Grant::value);
    }
}
