package dev.quarry.proxy.tenant;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The sites whose runs a worker works for: those of its client, as its token says. What belongs to a store of another site is to it as if it were not there. A
 * token that says nothing opens nothing.
 */
public record SiteAccess(boolean all, Set<String> sites) {
    public static final String CLAIM = "sites";
    public static final SiteAccess ALL = new SiteAccess(true, Set.of());
    private static final String EVERY = "*";
    private static final String NAME = "[a-z0-9][a-z0-9-]{0,39}";

    public SiteAccess {
        sites = Set.copyOf(sites);
        for (String site : sites) {
            if (!site.matches(NAME)) {
                throw new IllegalArgumentException("'" + site + "' is no name of a site: it must match ^" + NAME + "$");
            }
        }
    }

    public static SiteAccess only(Set<String> sites) {
        return new SiteAccess(false, sites);
    }

    static SiteAccess of(@Nullable List<String> claim) {
        if (claim == null) {
            return only(Set.of());
        }
        return claim.equals(List.of(EVERY)) ? ALL : only(Set.copyOf(claim));
    }

    public List<String> claim() {
        return all ? List.of(EVERY) : List.copyOf(new TreeSet<>(sites));
    }

    public boolean has(String site) {
        return all || sites.contains(site);
    }

    /** As the database's functions take it: an array, or null for every site. */
    @Nullable
    String setting() {
        return all ? null : "{" + String.join(",", new TreeSet<>(sites)) + "}";
    }
}
