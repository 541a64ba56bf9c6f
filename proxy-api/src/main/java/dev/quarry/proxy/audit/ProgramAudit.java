package dev.quarry.proxy.audit;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Logs what programs do, in lines of the deployment: what they do concerns many tenants, and a run's and a unit's own history tells the rest. Not a bean: it belongs in
 * one security chain, outside what finds out who calls.
 */
public final class ProgramAudit extends OncePerRequestFilter {
    private static final Set<Integer> REFUSALS = Set.of(401, 403, 404);

    /** What begins and ends a run, and what takes work from whoever does it. That a unit was opened and settled stands in its attempts. */
    private static final Set<String> WEIGHTY = Set.of(
            "POST /control/v1/runs",
            "POST /control/v1/runs/{run}/close",
            "POST /control/v1/units/{unit}/conclude",
            "POST /control/v1/units/{unit}/fence");

    private final AuditLog log;
    private final Predicate<String> logged;
    private final String withoutRoute;

    /** @param withoutRoute stands for what has no route of ours: never what the caller sent, which could be another each time */
    private ProgramAudit(AuditLog log, Predicate<String> logged, String withoutRoute) {
        this.log = log;
        this.logged = logged;
        this.withoutRoute = withoutRoute;
    }

    /** Of the control API: weighty calls, and each refusal. */
    public static ProgramAudit ofControl(AuditLog log) {
        return new ProgramAudit(log, WEIGHTY::contains, "");
    }

    /** Of tokens: each call, as each is a sign-in or fails to be one. */
    public static ProgramAudit ofTokens(AuditLog log) {
        return new ProgramAudit(log, what -> what.startsWith("POST "), "/oauth2/token");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        int status = 500;
        try {
            chain.doFilter(request, response);
            status = response.getStatus();
        } finally {
            String what = request.getMethod() + " " + route(request);
            if (logged.test(what) || REFUSALS.contains(status)) {
                String who = who();
                log.recordBounded(
                        who + " " + request.getRemoteAddr() + " " + status,
                        new AuditEntry(
                                AuditEntry.DEPLOYMENT,
                                who,
                                what,
                                request.getRequestURI(),
                                request.getRemoteAddr(),
                                status));
            }
        }
    }

    /** Nobody, if what was shown was refused: what a caller says of itself is not logged. */
    private static String who() {
        @Nullable Authentication caller = SecurityContextHolder.getContext().getAuthentication();
        return caller == null || !caller.isAuthenticated() || caller instanceof AnonymousAuthenticationToken
                ? ""
                : caller.getName();
    }

    private String route(HttpServletRequest request) {
        Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        return pattern == null ? withoutRoute : pattern.toString();
    }
}
