package dev.quarry.proxy.listener;

import dev.quarry.proxy.problem.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what two readers could read differently: two tokens, or a query parameter given twice. Whatever stands before this API, such as a gateway that checks or
 * logs, may take the first where the API takes the last.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class UnambiguousRequests extends OncePerRequestFilter {
    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (Collections.list(request.getHeaders("Authorization")).size() > 1) {
            throw ambiguous("more than one Authorization header");
        }
        if (isRepeated(request.getQueryString())) {
            throw ambiguous("a query parameter is given twice");
        }
        chain.doFilter(request, response);
    }

    private static boolean isRepeated(@Nullable String query) {
        if (query == null) {
            return false;
        }
        Set<String> names = new HashSet<>();
        for (String parameter : query.split("&")) {
            if (!names.add(parameter.substring(0, (parameter + "=").indexOf('=')))) {
                return true;
            }
        }
        return false;
    }

    private static Problem ambiguous(String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, "ambiguous", detail);
    }
}
