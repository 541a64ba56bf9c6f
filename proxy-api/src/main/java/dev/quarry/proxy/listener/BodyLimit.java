package dev.quarry.proxy.listener;

import dev.quarry.proxy.QuarrySettings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bodies of at most 1 MiB, whether or not they tell their length; results and artifacts have limits of their own. Every body must be there within a time,
 * however slowly it drips, and comes as it is: what is compressed is refused, so that nothing has to be unpacked.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class BodyLimit extends OncePerRequestFilter {
    private static final long MAX = 1024 * 1024;

    private final QuarrySettings.HttpLimits limits;

    BodyLimit(QuarrySettings settings) {
        this.limits = settings.http();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long max = isUpload(request) ? Long.MAX_VALUE : MAX;
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            response.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
            refuse(response, HttpStatus.UNSUPPORTED_MEDIA_TYPE, "encoded", "send the body as it is, not compressed");
            return;
        }
        if (request.getContentLengthLong() > max) {
            refuse(response, HttpStatus.PAYLOAD_TOO_LARGE, "too_large", "the body has more than 1048576 bytes");
            return;
        }
        chain.doFilter(new Limited(request, max, isUpload(request) ? limits.upload() : limits.body()), response);
    }

    private static boolean isUpload(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith("/v1/attempts/") && (path.endsWith("/results") || path.contains("/artifacts/"));
    }

    private static void refuse(HttpServletResponse response, HttpStatus status, String code, String detail)
            throws IOException {
        response.setStatus(status.value());
        response.setContentType("application/problem+json");
        response.getOutputStream()
                .write(("{\"title\":\"" + status.getReasonPhrase() + "\",\"status\":" + status.value() + ",\"code\":\""
                                + code + "\",\"detail\":\"" + detail + "\"}")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static final class Limited extends HttpServletRequestWrapper {
        private final long max;
        private final Duration time;

        Limited(HttpServletRequest request, long max, Duration time) {
            super(request);
            this.max = max;
            this.time = time;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            return new LimitedStream(super.getInputStream(), max, time);
        }
    }
}
