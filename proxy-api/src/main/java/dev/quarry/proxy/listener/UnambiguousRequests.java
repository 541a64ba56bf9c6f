package dev.quarry.proxy.listener;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what two readers could read differently: two tokens, or a query parameter given twice. Whatever stands before this API, such as a gateway that checks or
 * logs, may take the first where the API takes the last.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class UnambiguousRequests extends OncePerRequestFilter {
    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (Collections.list(request.getHeaders("Authorization")).size() > 1) {
            refuse(response, "more than one Authorization header");
        } else if (isRepeated(request.getQueryString())) {
            refuse(response, "a query parameter is given twice");
        } else {
            chain.doFilter(request, response);
        }
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

    private static void refuse(HttpServletResponse response, String detail) throws IOException {
        response.setStatus(400);
        response.setContentType("application/problem+json");
        response.getOutputStream()
                .write(("{\"title\":\"Bad Request\",\"status\":400,\"code\":\"ambiguous\",\"detail\":\"" + detail
                                + "\"}")
                        .getBytes(StandardCharsets.US_ASCII));
    }
}
