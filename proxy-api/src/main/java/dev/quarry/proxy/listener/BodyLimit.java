package dev.quarry.proxy.listener;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.limit.Uploads;
import dev.quarry.proxy.problem.Problem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * How large a body may be, whether or not it tells its length: results and artifacts of a job that has shown its token 32 MiB, all else 1 MiB. Every body must
 * be there within a time, however slowly it drips, and comes as it is: what is compressed is refused, so that nothing has to be unpacked.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class BodyLimit extends OncePerRequestFilter {
    private static final long MEBIBYTE = 1024 * 1024;
    private static final Pattern RESULTS = Pattern.compile("/v1/attempts/[^/]+/results");
    private static final Pattern ARTIFACT = Pattern.compile("/v1/attempts/[^/]+/items/[^/]+/artifacts/[^/]+/[^/]+");

    private final ListenerPorts ports;
    private final Allowed plain;
    private final Allowed upload;

    BodyLimit(QuarrySettings settings, ListenerPorts ports) {
        this.ports = ports;
        this.plain = new Allowed(MEBIBYTE, settings.http().body());
        this.upload = new Allowed(Uploads.LARGEST, settings.http().upload());
    }

    private record Allowed(long bytes, Duration time) {}

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            response.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
            throw new Problem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "encoded", "send the body as it is, not compressed");
        }
        Allowed most = isUpload(request) ? upload : plain;
        if (request.getContentLengthLong() > most.bytes()) {
            throw LimitedStream.tooLarge(most.bytes());
        }
        chain.doFilter(new Limited(request, most), response);
    }

    private boolean isUpload(HttpServletRequest request) {
        String path = request.getRequestURI();
        return ports.serves(Listener.JOB, request)
                && (is(request, "POST", RESULTS, path) || is(request, "PUT", ARTIFACT, path));
    }

    private static boolean is(HttpServletRequest request, String method, Pattern route, String path) {
        return request.getMethod().equals(method) && route.matcher(path).matches();
    }

    private final class Limited extends HttpServletRequestWrapper {
        private final Allowed most;

        Limited(HttpServletRequest request, Allowed most) {
            super(request);
            this.most = most;
        }

        /** Asked for when the body is read: whoever reads one before the caller is known reads no large one. */
        @Override
        public ServletInputStream getInputStream() throws IOException {
            Allowed allowed = isKnown() ? most : plain;
            return new LimitedStream(super.getInputStream(), allowed.bytes(), allowed.time());
        }

        private static boolean isKnown() {
            Authentication caller = SecurityContextHolder.getContext().getAuthentication();
            return caller != null && caller.isAuthenticated() && caller.getPrincipal() instanceof Jwt;
        }
    }
}
