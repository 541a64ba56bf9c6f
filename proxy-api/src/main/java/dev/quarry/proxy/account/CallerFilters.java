package dev.quarry.proxy.account;

import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.stereotype.Component;

/** Makes the filter for a security chain; as a bean it would run in all of them. */
@Component
public class CallerFilters {
    private final Callers callers;

    CallerFilters(Callers callers) {
        this.callers = callers;
    }

    public CallerFilter refusing(AuthenticationEntryPoint refusals) {
        return new CallerFilter(callers, refusals);
    }
}
