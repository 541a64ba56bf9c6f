package dev.quarry.proxy.security;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How people sign in.
 *
 * @param redirectUris where a browser may be sent with a code; of a loopback address any port
 * @param session how long a browser gets codes without the password again
 */
public record Login(
        @DefaultValue("http://127.0.0.1/callback") List<String> redirectUris,
        @DefaultValue("1h") Duration session) {
    public Login {
        redirectUris.forEach(Login::check);
        if (session.isZero() || session.isNegative()) {
            throw new IllegalArgumentException("quarry.login: session is " + session + "; set a time, such as 1h");
        }
    }

    private static void check(String redirect) {
        URI uri = URI.create(redirect);
        String scheme = String.valueOf(uri.getScheme());
        boolean ofTheWeb = Set.of("http", "https").contains(scheme);
        if (!uri.isAbsolute() || uri.isOpaque() || (ofTheWeb && uri.getHost() == null)) {
            throw new IllegalArgumentException("QUARRY_LOGIN_REDIRECTURIS has '" + redirect
                    + "'; set addresses like https://app.example/callback, or myapp:/callback of a program");
        }
    }
}
