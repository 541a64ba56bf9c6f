package dev.quarry.proxy.listener;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/** ETag of a store, a run and a file, for who asks again and again; 304 saves the answer's bytes, not our work. Never around an answer that is streamed. */
@Component
class UnchangedAnswers extends ShallowEtagHeaderFilter {
    private static final Pattern ONE = Pattern.compile("/api/v1/(stores|runs|files)/[^/]+");

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("GET")
                || !ONE.matcher(request.getRequestURI()).matches();
    }
}
