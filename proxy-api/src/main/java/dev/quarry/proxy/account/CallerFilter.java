package dev.quarry.proxy.account;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.web.filter.OncePerRequestFilter;

/** Turns a verified token into its caller, at each request anew. Not a bean: it belongs in one security chain. */
public final class CallerFilter extends OncePerRequestFilter {
    private final Callers callers;
    private final AuthenticationEntryPoint refusals;

    CallerFilter(Callers callers, AuthenticationEntryPoint refusals) {
        this.callers = callers;
        this.refusals = refusals;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof JwtAuthenticationToken verified) {
            Optional<Caller> caller = callers.of(verified.getToken());
            if (caller.isEmpty()) {
                SecurityContextHolder.clearContext();
                AuthenticationException over = new InvalidBearerTokenException("good for nobody any more");
                refusals.commence(request, response, over);
                return;
            }
            SecurityContextHolder.setContext(new SecurityContextImpl(new CallerToken(verified, caller.get())));
        }
        chain.doFilter(request, response);
    }
}
