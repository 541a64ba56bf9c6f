package dev.quarry.proxy.listener;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * Certificates by listener, and how often their files are looked at.
 *
 * @param plainHttp a listener without a certificate may be reached from other machines
 */
public record Tls(
        @DefaultValue Certificate control,
        @DefaultValue Certificate job,
        @Name("public") @DefaultValue Certificate publicListener,
        @DefaultValue Certificate artifacts,
        @DefaultValue("false") boolean plainHttp,
        @DefaultValue("10s") Duration reload) {
    public Certificate of(Listener listener) {
        return switch (listener) {
            case CONTROL -> control;
            case JOB -> job;
            case PUBLIC -> publicListener;
            case ARTIFACTS -> artifacts;
        };
    }

    /**
     * PEM files; without a certificate the listener speaks plain HTTP.
     *
     * @param clientCa clients must show a certificate of one of these authorities
     */
    public record Certificate(
            @Nullable Path certificate,
            @Nullable Path privateKey,
            @Nullable Path clientCa) {}
}
