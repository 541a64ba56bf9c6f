package dev.quarry.proxy.account;

import dev.quarry.proxy.tenant.StoreAccess;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/** A verified token together with who its bearer is now. */
public final class CallerToken extends JwtAuthenticationToken implements StoreAccess.Bearer {
    private static final long serialVersionUID = 1;

    private final transient Caller caller;

    CallerToken(JwtAuthenticationToken verified, Caller caller) {
        super(verified.getToken(), verified.getAuthorities(), caller.who());
        this.caller = caller;
    }

    public Caller caller() {
        return caller;
    }

    @Override
    public StoreAccess stores() {
        return caller.stores();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
