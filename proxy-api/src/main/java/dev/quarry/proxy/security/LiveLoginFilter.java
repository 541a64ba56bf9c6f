package dev.quarry.proxy.security;

import dev.quarry.proxy.account.LiveAccounts;
import dev.quarry.proxy.account.SignedIn;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Whoever signed in before the password changed or the account was disabled is nobody, and asked for a password: a code would be for a token that no API takes,
 * and lead a program in circles. Not a bean: it belongs in one security chain, behind what reads the cookie, as the look-up asks who calls, too.
 */
final class LiveLoginFilter extends OncePerRequestFilter {
    private final LiveAccounts accounts;

    LiveLoginFilter(LiveAccounts accounts) {
        this.accounts = accounts;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        @Nullable Authentication who = SecurityContextHolder.getContext().getAuthentication();
        if (who != null && who.getPrincipal() instanceof SignedIn person && !accounts.has(person)) {
            SecurityContextHolder.clearContext();
        }
        chain.doFilter(request, response);
    }
}
