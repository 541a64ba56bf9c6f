package dev.quarry.proxy.account;

import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.listener.ListenerPorts;
import dev.quarry.proxy.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Holds each call of the public API, and each for an artifact, against the roles that its route names. */
@Component
class RoleCheck implements HandlerInterceptor, WebMvcConfigurer {
    private final ListenerPorts ports;

    RoleCheck(ListenerPorts ports) {
        this.ports = ports;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if ((ports.serves(Listener.PUBLIC, request) || ports.serves(Listener.ARTIFACTS, request))
                && request.getRequestURI().startsWith("/api/")
                && handler instanceof HandlerMethod method
                && !allowed(method.getMethodAnnotation(RoleNeeded.class))) {
            throw new Problem(HttpStatus.FORBIDDEN, "forbidden", "your role does not allow this call");
        }
        return true;
    }

    private static boolean allowed(@Nullable RoleNeeded needed) {
        return needed != null
                && SecurityContextHolder.getContext().getAuthentication() instanceof CallerToken token
                && Stream.of(needed.value()).anyMatch(token.caller().role()::holds);
    }
}
