package dev.quarry.proxy.audit;

import dev.quarry.proxy.account.Caller;
import dev.quarry.proxy.account.CallerToken;
import dev.quarry.proxy.account.Role;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Logs what a known caller changed or tried to change, and every refusal: 403, and 404 whether the object is another tenant's or nobody's, as telling them apart
 * would show in the time that an answer takes. What is refused or fails is logged so often of one caller and no oftener. What an operator does is no tenant's line. Not a bean: it belongs in one security chain, after the caller is known.
 */
public final class AuditFilter extends OncePerRequestFilter {
    private static final Set<String> READS = Set.of("GET", "HEAD");
    private static final Set<Integer> REFUSALS = Set.of(403, 404);

    private final AuditLog log;

    public AuditFilter(AuditLog log) {
        this.log = log;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        @Nullable
        Caller caller = SecurityContextHolder.getContext().getAuthentication() instanceof CallerToken token
                ? token.caller()
                : null;
        int status = 500;
        try {
            chain.doFilter(request, response);
            status = response.getStatus();
        } finally {
            if (caller != null && (!READS.contains(request.getMethod()) || REFUSALS.contains(status))) {
                write(new AuditEntry(
                        caller.role() == Role.OPERATOR ? AuditEntry.DEPLOYMENT : caller.tenant(),
                        caller.who(),
                        request.getMethod() + " " + route(request),
                        request.getRequestURI(),
                        request.getRemoteAddr(),
                        status));
            }
        }
    }

    /** Whoever may change nothing can still be refused as often as they like, and each line is kept for ever. From where does not count: one caller can have any number of addresses. */
    private void write(AuditEntry entry) {
        if (entry.status() < 400) {
            log.record(entry);
        } else {
            log.recordBounded(entry.tenant() + " " + entry.status() + " " + entry.who(), entry);
        }
    }

    private static String route(HttpServletRequest request) {
        Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        return pattern == null ? "" : pattern.toString();
    }
}
