package dev.quarry.proxy.security;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * How long the full check of a job's token takes, as {@code quarry_job_authorize_seconds}: all security filters of the job API, and reading the attempt's row
 * and holding the token against it. A request that is refused on the way is not counted.
 */
@Component
public class AuthorizationTime {
    private static final String BEGAN = AuthorizationTime.class.getName() + ".began";
    private static final String FILTERED = AuthorizationTime.class.getName() + ".filtered";

    private final Timer timer;

    AuthorizationTime(MeterRegistry registry) {
        this.timer = Timer.builder("quarry.job.authorize")
                .description("The full check of a job's token")
                .publishPercentiles(0.5, 0.95)
                .percentilePrecision(3)
                .distributionStatisticExpiry(Duration.ofMinutes(10))
                .register(registry);
    }

    /** The row was read and held against the token in so many nanoseconds; counts once a request. */
    public void rowChecked(long nanos) {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request != null
                && request.getAttribute(FILTERED, RequestAttributes.SCOPE_REQUEST) instanceof Long filtered) {
            request.removeAttribute(FILTERED, RequestAttributes.SCOPE_REQUEST);
            timer.record(filtered + nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Goes before all other filters. */
    static final class Begin implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            request.setAttribute(BEGAN, System.nanoTime());
            chain.doFilter(request, response);
        }
    }

    /** Goes after all other filters. */
    static final class End implements Filter {
        @Override
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
                throws IOException, ServletException {
            if (request.getAttribute(BEGAN) instanceof Long began) {
                request.setAttribute(FILTERED, System.nanoTime() - began);
            }
            chain.doFilter(request, response);
        }
    }
}
