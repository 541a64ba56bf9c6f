package dev.quarry.proxy.account;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.dao.DataAccessException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.transaction.TransactionException;
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
            Optional<Caller> caller;
            try {
                caller = callers.of(verified.getToken());
            } catch (DataAccessException | TransactionException away) {
                databaseAway(response);
                return;
            }
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

    private static void databaseAway(HttpServletResponse response) throws IOException {
        response.setStatus(503);
        response.setHeader("Retry-After", "1");
        response.setContentType("application/problem+json");
        response.getOutputStream()
                .write(
                        "{\"title\":\"Service Unavailable\",\"status\":503,\"code\":\"database_away\",\"detail\":\"the database does not answer; try again\"}"
                                .getBytes(StandardCharsets.US_ASCII));
    }
}
