package dev.quarry.proxy.tenant;

import java.util.UUID;

/** A customer. */
public record TenantId(UUID value) {
    public static TenantId parse(String text) {
        return new TenantId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
