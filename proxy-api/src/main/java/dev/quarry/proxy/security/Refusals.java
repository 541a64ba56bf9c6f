package dev.quarry.proxy.security;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.problem.ProblemAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** What a caller without the right token sees: problem details that say nothing about why a token was bad. */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {
    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException refused)
            throws IOException {
        String shown = String.valueOf(request.getHeader("Authorization"));
        response.setHeader("WWW-Authenticate", shown.startsWith("DPoP ") ? "DPoP algs=\"ES256\"" : "Bearer");
        ProblemAnswer.write(
                response,
                new Problem(HttpStatus.UNAUTHORIZED, "unauthorized", "a valid bearer token of this API is needed"));
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException denied)
            throws IOException {
        ProblemAnswer.write(
                response, new Problem(HttpStatus.FORBIDDEN, "forbidden", "the token does not allow this call"));
    }
}
