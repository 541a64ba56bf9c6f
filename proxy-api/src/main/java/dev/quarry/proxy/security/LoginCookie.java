package dev.quarry.proxy.security;

import dev.quarry.proxy.account.SignedIn;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.HttpRequestResponseHolder;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.util.WebUtils;

/** Who is signed in is what their browser's cookie says, until they sign out of it: no process remembers anything about it. */
final class LoginCookie implements SecurityContextRepository {
    private static final String NAME = "quarry_login";

    private final LoginTokens tokens;

    LoginCookie(LoginTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    @SuppressWarnings("deprecation") // the one that must be there; the other calls it
    public SecurityContext loadContext(HttpRequestResponseHolder call) {
        return person(call.getRequest()).map(LoginCookie::context).orElseGet(SecurityContextImpl::new);
    }

    private Optional<SignedIn> person(HttpServletRequest request) {
        return shown(request).flatMap(tokens::read);
    }

    private static Optional<String> shown(HttpServletRequest request) {
        return Optional.ofNullable(WebUtils.getCookie(request, NAME)).map(Cookie::getValue);
    }

    private static SecurityContext context(SignedIn person) {
        return new SecurityContextImpl(UsernamePasswordAuthenticationToken.authenticated(person, null, List.of()));
    }

    /** Somebody signed in, or out; what their browser had is over, wherever else it may lie. */
    @Override
    public void saveContext(SecurityContext context, HttpServletRequest request, HttpServletResponse response) {
        shown(request).ifPresent(tokens::end);
        Authentication who = context.getAuthentication();
        ResponseCookie.ResponseCookieBuilder cookie = who != null && who.getPrincipal() instanceof SignedIn person
                ? ResponseCookie.from(NAME, tokens.mint(person))
                : ResponseCookie.from(NAME, "").maxAge(Duration.ZERO);
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                cookie.path("/")
                        .httpOnly(true)
                        .secure(request.isSecure())
                        .sameSite("Lax")
                        .build()
                        .toString());
    }

    @Override
    public boolean containsContext(HttpServletRequest request) {
        return person(request).isPresent();
    }
}
