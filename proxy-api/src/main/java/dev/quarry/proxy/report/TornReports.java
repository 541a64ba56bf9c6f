package dev.quarry.proxy.report;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.connector.ClientAbortException;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Closes the connection under a report that cannot be written to its end: without its last chunk nobody takes what came for all there is. A controller that
 * throws does not do that: Spring takes an abort by the client for settled and has the response ended as a whole one is, and any other exception would be sent
 * through our filters again for a page of errors.
 */
@Component
class TornReports extends OncePerRequestFilter {
    private static final String WHY = TornReports.class.getName();

    /** The controller writes no more and returns. */
    static void tear(HttpServletRequest request, String why) {
        request.setAttribute(WHY, why);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        if (request.getAttribute(WHY) instanceof String why) {
            response.flushBuffer(); // what has no head yet would get a page of errors all the same
            throw new ClientAbortException(why);
        }
    }
}
