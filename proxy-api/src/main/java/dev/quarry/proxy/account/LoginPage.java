package dev.quarry.proxy.account;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.util.HtmlUtils;

/** The form in which people sign in: no script, no style, nothing from elsewhere, nothing of the request in it but its CSRF token. */
@Controller
public class LoginPage implements AuthenticationFailureHandler {
    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Quarry: sign in</title></head><body>
            <h1>Quarry</h1>
            <p role="alert">%s</p>
            %s<form method="post" action="/login">
            %s
            <p><label>Tenant <input name="tenant" required maxlength="40" autocomplete="organization"></label></p>
            <p><label>Account <input name="account" required maxlength="100" autocomplete="username"></label></p>
            <p><label>Password <input name="password" type="password" required maxlength="200" autocomplete="current-password"></label></p>
            <p><button>Sign in</button></p>
            </form></body></html>
            """;

    private static final String CSRF = "<input type=\"hidden\" name=\"%s\" value=\"%s\">";
    private static final String SIGN_OUT = """
            <form method="post" action="/logout">
            %s
            <p>You are signed in. <button>Sign out</button></p>
            </form>
            """;

    @GetMapping("/login")
    void show(HttpServletRequest request, HttpServletResponse response) throws IOException {
        write(request, response, 200, "");
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException failed)
            throws IOException {
        if (failed instanceof TooManyAttemptsException tooMany) {
            response.setHeader("Retry-After", Long.toString(tooMany.retryAfterSeconds()));
            write(request, response, 429, "Too many attempts; try again later.");
        } else if (failed instanceof AuthenticationServiceException) {
            response.setHeader("Retry-After", "1");
            write(request, response, 503, "Nobody can sign in now; try again.");
        } else {
            write(request, response, 401, "Tenant, account or password is wrong.");
        }
    }

    private static void write(HttpServletRequest request, HttpServletResponse response, int status, String message)
            throws IOException {
        CsrfToken token = (CsrfToken) request.getAttribute(CsrfToken.class.getName());
        String csrf = CSRF.formatted(token.getParameterName(), HtmlUtils.htmlEscape(token.getToken()));
        String signOut = request.getUserPrincipal() == null ? "" : SIGN_OUT.formatted(csrf);
        response.setStatus(status);
        response.setContentType("text/html;charset=UTF-8");
        response.getOutputStream().write(PAGE.formatted(message, signOut, csrf).getBytes(StandardCharsets.UTF_8));
    }
}
