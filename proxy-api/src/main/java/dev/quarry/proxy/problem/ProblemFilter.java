package dev.quarry.proxy.problem;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What {@link ProblemAdvice} does for controllers, for filters: those that refuse a request throw a {@link Problem}; log-in, tokens and callers need the
 * database too, and without it the answer is 503. Before all of them.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProblemFilter extends OncePerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemFilter.class);

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (RuntimeException | ServletException failed) {
            Optional<Problem> problem = problem(failed);
            if (response.isCommitted() || problem.isEmpty()) {
                throw failed;
            }
            response.resetBuffer();
            ProblemAnswer.write(response, problem.get());
        }
    }

    private static Optional<Problem> problem(Throwable failed) {
        for (@Nullable Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof Problem problem) {
                return Optional.of(problem);
            }
            if (DatabaseAway.is(cause)) {
                LOG.warn("database away: {}", failed.getMessage());
                return Optional.of(DatabaseAway.problem());
            }
        }
        return Optional.empty();
    }
}
