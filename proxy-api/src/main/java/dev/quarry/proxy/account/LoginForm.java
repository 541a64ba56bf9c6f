package dev.quarry.proxy.account;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.util.HtmlUtils;

/** What the page where people sign in is made of: HTML in which whatever a request said is escaped. */
final class LoginForm {
    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Quarry: sign in</title></head><body><main>
            <h1>Quarry</h1>
            %s</main></body></html>
            """;
    private static final String CSRF = "<input type=\"hidden\" name=\"%s\" value=\"%s\">";
    private static final String SIGN_IN = """
            %s<form method="post" action="/login">
            %s
            <p><label>Tenant <input name="tenant" value="%s" required maxlength="40" autocomplete="organization"%s></label></p>
            <p><label>Account <input name="account" value="%s" required maxlength="100" autocomplete="username"></label></p>
            <p><label>Password <input name="password" type="password" required maxlength="200" autocomplete="current-password"%s></label></p>
            <p><button>Sign in</button></p>
            </form>
            """;
    private static final String PROBLEM = "<p id=\"problem\">%s</p>\n";

    /** Read out with the field that it is about: an alert that is there from the beginning is not announced. */
    private static final String AGAIN = " autofocus aria-describedby=\"problem\"";

    private static final String SIGN_OUT = """
            <p>You are signed in as %s of tenant %s. Go back to the program that sent you here, or close this page.</p>
            <form method="post" action="/logout">
            %s
            <p><button>Sign out</button></p>
            </form>
            """;

    private LoginForm() {}

    /** Empty. */
    static String signIn(HttpServletRequest request) {
        return PAGE.formatted(SIGN_IN.formatted("", csrf(request), "", " autofocus", "", ""));
    }

    /** With what was typed, but for the password, and why it was refused. */
    static String again(HttpServletRequest request, String problem) {
        String tenant = typed(request, "tenant", 40);
        String account = typed(request, "account", 100);
        return PAGE.formatted(SIGN_IN.formatted(PROBLEM.formatted(problem), csrf(request), tenant, "", account, AGAIN));
    }

    static String signOut(HttpServletRequest request, String account, String tenant) {
        return PAGE.formatted(
                SIGN_OUT.formatted(HtmlUtils.htmlEscape(account), HtmlUtils.htmlEscape(tenant), csrf(request)));
    }

    private static String typed(HttpServletRequest request, String field, int most) {
        String value = Objects.requireNonNullElse(request.getParameter(field), "");
        return HtmlUtils.htmlEscape(value.substring(0, Math.min(value.length(), most)));
    }

    private static String csrf(HttpServletRequest request) {
        CsrfToken token = (CsrfToken) request.getAttribute(CsrfToken.class.getName());
        return CSRF.formatted(token.getParameterName(), HtmlUtils.htmlEscape(token.getToken()));
    }
}
