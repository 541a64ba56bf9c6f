package dev.quarry.proxy.security;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.account.AccountLogin;
import dev.quarry.proxy.account.LiveAccounts;
import dev.quarry.proxy.account.LoginDetails;
import dev.quarry.proxy.account.LoginPage;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.listener.ListenerPorts;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter;
import org.springframework.security.web.savedrequest.CookieRequestCache;

/**
 * Authorization code with PKCE behind a log-in page, on the public listener. The one chain with cookies, and so with CSRF tokens. Everything that is known of a
 * browser lies in its cookies: where it wanted to go, its CSRF token, and who signed in. So each request may go to another process, and nobody can fill our
 * memory.
 */
@Configuration
class BrowserLogin {
    private static final Set<String> PATHS = Set.of("/oauth2/authorize", "/login", "/logout");

    @Bean
    @Order(2)
    SecurityFilterChain signIn(
            HttpSecurity http,
            ListenerPorts ports,
            AccountLogin accounts,
            LiveAccounts live,
            LoginTokens logins,
            LoginPage page,
            QuarrySettings settings)
            throws Exception {
        http.oauth2AuthorizationServer(Customizer.withDefaults());
        return http.securityMatcher(request -> ports.serves(Listener.PUBLIC, request) && PATHS.contains(path(request)))
                .authenticationProvider(accounts.provider())
                .authorizeHttpRequests(rules -> rules.requestMatchers("/login", "/logout")
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .formLogin(form -> form.loginPage("/login")
                        .usernameParameter("account")
                        .authenticationDetailsSource((HttpServletRequest request) -> LoginDetails.of(request))
                        .defaultSuccessUrl("/login")
                        .failureHandler(page))
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .securityContext(context -> context.securityContextRepository(new LoginCookie(logins)))
                .addFilterAfter(new LiveLoginFilter(live), SecurityContextHolderFilter.class)
                .requestCache(cache -> cache.requestCache(new CookieRequestCache()))
                .csrf(csrf -> csrf.csrfTokenRepository(csrfCookie()))
                .logout(logout -> logout.logoutSuccessUrl("/login"))
                .exceptionHandling(
                        refused -> refused.authenticationEntryPoint(new LoginUrlAuthenticationEntryPoint("/login")))
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(
                                "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' "
                                        + redirects(settings.login().redirectUris())))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicyHeaderWriter.ReferrerPolicy.NO_REFERRER)))
                .build();
    }

    private static CookieCsrfTokenRepository csrfCookie() {
        CookieCsrfTokenRepository tokens = new CookieCsrfTokenRepository();
        tokens.setCookieCustomizer(cookie -> cookie.httpOnly(true).sameSite("Lax"));
        return tokens;
    }

    /** Browsers hold the redirects that follow a form against form-action. A loopback redirect may name any port. */
    static String redirects(List<String> uris) {
        return uris.stream()
                .map(URI::create)
                .map(BrowserLogin::source)
                .distinct()
                .collect(Collectors.joining(" "));
    }

    /** A scheme of a program's own has no host. */
    private static String source(URI uri) {
        if (uri.getHost() == null) {
            return uri.getScheme() + ":";
        }
        boolean loopback = Set.of("127.0.0.1", "[::1]").contains(uri.getHost());
        String port = loopback ? ":*" : uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port;
    }

    private static String path(HttpServletRequest request) {
        return request.getRequestURI();
    }
}
