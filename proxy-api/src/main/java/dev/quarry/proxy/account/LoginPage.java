package dev.quarry.proxy.account;

import dev.quarry.proxy.tenant.TenantLookup;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Where people sign in and out: no script, no style, nothing from elsewhere. */
@Controller
public class LoginPage implements AuthenticationFailureHandler {
    private final LiveAccounts accounts;
    private final TenantLookup tenants;

    LoginPage(LiveAccounts accounts, TenantLookup tenants) {
        this.accounts = accounts;
        this.tenants = tenants;
    }

    @GetMapping("/login")
    void show(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<String> signedIn = signedIn(request)
                .flatMap(person -> accounts.of(person)
                        .map(account -> LoginForm.signOut(request, account.name(), tenants.nameOf(person.tenant()))));
        write(response, 200, signedIn.orElseGet(() -> LoginForm.signIn(request)));
    }

    private static Optional<SignedIn> signedIn(HttpServletRequest request) {
        return request.getUserPrincipal() instanceof Authentication who && who.getPrincipal() instanceof SignedIn person
                ? Optional.of(person)
                : Optional.empty();
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException failed)
            throws IOException {
        if (failed instanceof TooManyAttemptsException tooMany) {
            long wait = tooMany.retryAfterSeconds();
            response.setHeader("Retry-After", Long.toString(wait));
            write(response, 429, LoginForm.again(request, "Too many attempts; try again in " + wait + " s."));
        } else if (failed instanceof AuthenticationServiceException) {
            response.setHeader("Retry-After", "1");
            write(response, 503, LoginForm.again(request, "Nobody can sign in now; try again."));
        } else {
            write(response, 401, LoginForm.again(request, "Tenant, account or password is wrong."));
        }
    }

    private static void write(HttpServletResponse response, int status, String page) throws IOException {
        response.setStatus(status);
        response.setContentType("text/html;charset=UTF-8");
        response.getOutputStream().write(page.getBytes(StandardCharsets.UTF_8));
    }
}
