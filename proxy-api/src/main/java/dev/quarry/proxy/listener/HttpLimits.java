package dev.quarry.proxy.listener;

import dev.quarry.proxy.AtLeast;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How slow a client may be.
 *
 * @param silence within a header or a body, after which the connection is closed
 * @param body all of it
 * @param upload the same for results and artifacts
 */
public record HttpLimits(
        @DefaultValue("20s") Duration silence,
        @DefaultValue("30s") Duration body,
        @DefaultValue("10m") Duration upload) {
    public HttpLimits {
        AtLeast.check("QUARRY_HTTP_SILENCE", silence, AtLeast.MILLISECOND);
        AtLeast.check("QUARRY_HTTP_BODY", body, AtLeast.MILLISECOND);
        AtLeast.check("QUARRY_HTTP_UPLOAD", upload, AtLeast.MILLISECOND);
    }
}
