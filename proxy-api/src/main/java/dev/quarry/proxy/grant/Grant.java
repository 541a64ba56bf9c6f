package dev.quarry.proxy.grant;

/** One thing that one tenant may use. @param value checked, in one notation */
public record Grant(GrantKind kind, String value) {
    @Override
    public String toString() {
        return kind.label() + " " + value;
    }
}
