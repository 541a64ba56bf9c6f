package dev.quarry.proxy.problem;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.filter.OncePerRequestFilter;

/** What {@link ProblemAdvice} does for controllers, for filters: log-in, tokens and callers need the database too, and without it the answer is 503. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class DatabaseAwayFilter extends OncePerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseAwayFilter.class);

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (RuntimeException | ServletException failed) {
            if (response.isCommitted() || !isDatabaseAway(failed)) {
                throw failed;
            }
            LOG.warn("database away: {}", failed.getMessage());
            answer(response);
        }
    }

    private static boolean isDatabaseAway(@Nullable Throwable failed) {
        return failed != null
                && (failed instanceof CannotGetJdbcConnectionException
                        || failed instanceof CannotCreateTransactionException
                        || failed instanceof DataAccessResourceFailureException
                        || failed instanceof TransientDataAccessException
                        || failed instanceof TransactionSystemException
                        || isDatabaseAway(failed.getCause()));
    }

    private static void answer(HttpServletResponse response) throws IOException {
        response.resetBuffer();
        response.setStatus(503);
        response.setHeader(HttpHeaders.RETRY_AFTER, "1");
        response.setContentType("application/problem+json");
        response.getOutputStream()
                .write(
                        "{\"title\":\"Service Unavailable\",\"status\":503,\"code\":\"database_away\",\"detail\":\"the database does not answer; try again\"}"
                                .getBytes(StandardCharsets.US_ASCII));
    }
}
