package dev.quarry.proxy.security;

import dev.quarry.proxy.account.CallerFilter;
import dev.quarry.proxy.account.CallerFilters;
import dev.quarry.proxy.audit.AuditFilter;
import dev.quarry.proxy.audit.AuditLog;
import dev.quarry.proxy.audit.ProgramAudit;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.listener.ListenerPorts;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationManagerResolver;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.DPoPAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.preauth.AbstractPreAuthenticatedProcessingFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter;
import org.springframework.security.web.session.DisableEncodeUrlFilter;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** One chain per listener; a request that no chain names is refused. The chain of people who sign in in a browser is {@link BrowserLogin}'s. */
@Configuration
class SecurityChains {
    private static final Refusals REFUSALS = new Refusals();

    /** The others, which the framework would answer by itself (HEAD, OPTIONS), are nobody's calls. */
    private static final RequestMatcher NO_CALL =
            request -> !Set.of("GET", "POST", "PUT").contains(request.getMethod());

    private final ListenerPorts ports;
    private final SigningKeys keys;

    SecurityChains(ListenerPorts ports, SigningKeys keys) {
        this.ports = ports;
        this.keys = keys;
    }

    /** A span for each filter of each call says nothing that the span of the call does not. */
    @Bean
    static SecurityObservationSettings noSpansOfFilters() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    @Order(1)
    SecurityFilterChain tokens(HttpSecurity http, ClientAssertions assertions, AuditLog audit) throws Exception {
        http.oauth2AuthorizationServer(server -> {
            http.securityMatcher(request -> (ports.serves(Listener.CONTROL, request)
                            || ports.serves(Listener.PUBLIC, request))
                    && server.getEndpointsMatcher().matches(request)
                    && (path(request).equals("/oauth2/token") || path(request).equals("/oauth2/jwks")));
            server.clientAuthentication(client ->
                    client.authenticationProviders(providers -> providers.forEach(provider -> {
                        if (provider instanceof JwtClientAssertionAuthenticationProvider byAssertion) {
                            byAssertion.setJwtDecoderFactory(assertions);
                        }
                    })));
        });
        return plain(http)
                .authorizeHttpRequests(rules -> rules.anyRequest().authenticated())
                .addFilterBefore(ProgramAudit.ofTokens(audit), AbstractPreAuthenticatedProcessingFilter.class)
                .build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain control(HttpSecurity http, AuditLog audit) throws Exception {
        JwtDecoder decoder = TokenDecoders.of(keys, Listener.CONTROL);
        return plain(http)
                .securityMatcher(on(Listener.CONTROL))
                .authorizeHttpRequests(rules -> rules.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                        .permitAll()
                        .requestMatchers(NO_CALL)
                        .denyAll()
                        .requestMatchers("/control/v1/**")
                        .hasAuthority("SCOPE_control")
                        .requestMatchers(HttpMethod.GET, "/actuator/prometheus", "/actuator/health")
                        .permitAll()
                        .anyRequest()
                        .denyAll())
                .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.decoder(decoder))
                        .authenticationEntryPoint(REFUSALS)
                        .accessDeniedHandler(REFUSALS))
                .addFilterBefore(ProgramAudit.ofControl(audit), BearerTokenAuthenticationFilter.class)
                .build();
    }

    @Bean
    @Order(4)
    SecurityFilterChain job(HttpSecurity http, DpopProofs proofs) throws Exception {
        AuthenticationManager live = manager(TokenDecoders.of(keys, Listener.JOB));
        AuthenticationManager expiredToo = manager(TokenDecoders.ofExpiredToo(keys, Listener.JOB));
        AuthenticationManagerResolver<HttpServletRequest> byCall =
                request -> "POST".equals(request.getMethod()) && path(request).endsWith("/renew") ? expiredToo : live;
        return plain(http)
                .securityMatcher(on(Listener.JOB))
                .authorizeHttpRequests(rules -> rules.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                        .permitAll()
                        .requestMatchers(NO_CALL)
                        .denyAll()
                        .requestMatchers(HttpMethod.POST, "/v1/attempts/claim")
                        .permitAll()
                        .requestMatchers("/v1/attempts/*/**")
                        .authenticated()
                        .anyRequest()
                        .denyAll())
                .oauth2ResourceServer(server -> server.authenticationManagerResolver(byCall)
                        // A token that is bound to a key is refused without a proof, whatever the scheme (RFC 9449,
                        // section 7.2).
                        .dPoP(dpop -> dpop.authenticationConverter(proofs::convert)
                                .authenticationFailureHandler(DpopProofs.failures(REFUSALS)))
                        .withObjectPostProcessor(new ObjectPostProcessor<DPoPAuthenticationProvider>() {
                            @Override
                            public <P extends DPoPAuthenticationProvider> P postProcess(P provider) {
                                provider.setDPoPProofVerifierFactory(proofs.decoders());
                                return provider;
                            }
                        })
                        .authenticationEntryPoint(REFUSALS)
                        .accessDeniedHandler(REFUSALS))
                .addFilterBefore(new AuthorizationTime.Begin(), DisableEncodeUrlFilter.class)
                .addFilterAfter(new AuthorizationTime.End(), AuthorizationFilter.class)
                .build();
    }

    @Bean
    @Order(5)
    SecurityFilterChain people(HttpSecurity http, CallerFilters callers, AuditLog audit, OutsideTokens outside)
            throws Exception {
        JwtDecoder decoder = outside.or(TokenDecoders.of(keys, Listener.PUBLIC));
        return plain(http)
                .securityMatcher(on(Listener.PUBLIC))
                .authorizeHttpRequests(rules -> rules.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, "/actuator/health", "/v3/api-docs")
                        .permitAll()
                        // Beside the scope each route needs a role, see RoleNeeded.
                        .requestMatchers(HttpMethod.GET, "/api/v1/**")
                        .hasAuthority("SCOPE_read")
                        .requestMatchers(HttpMethod.POST, "/api/v1/**")
                        .hasAuthority("SCOPE_write")
                        .requestMatchers(HttpMethod.PUT, "/api/v1/**")
                        .hasAuthority("SCOPE_write")
                        .anyRequest()
                        .denyAll())
                .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.decoder(decoder))
                        .authenticationEntryPoint(REFUSALS)
                        .accessDeniedHandler(REFUSALS))
                .addFilterAfter(callers.refusing(REFUSALS), BearerTokenAuthenticationFilter.class)
                .addFilterAfter(new AuditFilter(audit), CallerFilter.class)
                .build();
    }

    /** The tokens, roles and audit log of the public API, and one route of it. */
    @Bean
    @Order(6)
    SecurityFilterChain artifactOrigin(HttpSecurity http, CallerFilters callers, AuditLog audit, OutsideTokens outside)
            throws Exception {
        JwtDecoder decoder = outside.or(TokenDecoders.of(keys, Listener.ARTIFACTS));
        return plain(http)
                .securityMatcher(on(Listener.ARTIFACTS))
                .authorizeHttpRequests(rules -> rules.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, "/api/v1/artifacts/*")
                        .hasAuthority("SCOPE_read")
                        .anyRequest()
                        .denyAll())
                .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.decoder(decoder))
                        .authenticationEntryPoint(REFUSALS)
                        .accessDeniedHandler(REFUSALS))
                .addFilterAfter(callers.refusing(REFUSALS), BearerTokenAuthenticationFilter.class)
                .addFilterAfter(new AuditFilter(audit), CallerFilter.class)
                .build();
    }

    @Bean
    @Order(7)
    SecurityFilterChain nothingElse(HttpSecurity http) throws Exception {
        return plain(http)
                .authorizeHttpRequests(rules -> rules.anyRequest().denyAll())
                .build();
    }

    private static HttpSecurity plain(HttpSecurity http) {
        return http.sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable) // no cookies: there is nothing to forge
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .headers(SecurityChains::strict)
                .exceptionHandling(
                        refused -> refused.authenticationEntryPoint(REFUSALS).accessDeniedHandler(REFUSALS));
    }

    /** Beside what the library sets by itself: nosniff, no-store, no frames. */
    private static void strict(HeadersConfigurer<HttpSecurity> headers) {
        headers.contentSecurityPolicy(policy -> policy.policyDirectives("default-src 'none'; frame-ancestors 'none'"))
                .referrerPolicy(policy -> policy.policy(ReferrerPolicyHeaderWriter.ReferrerPolicy.NO_REFERRER));
    }

    private RequestMatcher on(Listener listener) {
        return request -> ports.serves(listener, request);
    }

    private static AuthenticationManager manager(JwtDecoder decoder) {
        JwtAuthenticationProvider provider = new JwtAuthenticationProvider(decoder);
        return provider::authenticate;
    }

    private static String path(HttpServletRequest request) {
        return request.getRequestURI();
    }
}
