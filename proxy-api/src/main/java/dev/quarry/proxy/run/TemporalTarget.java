package dev.quarry.proxy.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the public API starts workflows.
 *
 * @param tls speaks TLS; so does any of the files
 * @param ca PEM of the authorities of Temporal's certificate; the JVM's by default
 * @param certificate PEM of this process' own, for mutual TLS
 * @param privateKey PEM (PKCS 8) of its key
 * @param serverName the name in Temporal's certificate; the target's host by default
 * @param tokenFile a token for Temporal's authorizer, read at each call
 */
public record TemporalTarget(
        @DefaultValue("127.0.0.1:7233") String target,
        @DefaultValue("default") String namespace,
        @DefaultValue("false") boolean tls,
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path privateKey,
        @Nullable String serverName,
        @Nullable Path tokenFile) {
    public TemporalTarget {
        if ((certificate == null) != (privateKey == null)) {
            throw new IllegalArgumentException(
                    "quarry.temporal: certificate and private-key go together; one of them is not set");
        }
        tls = tls || ca != null || certificate != null;
    }
}
