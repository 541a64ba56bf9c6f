package dev.quarry.proxy.security;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The client of workers of these sites alone; of secret and keys one is needed. */
public record WorkerClient(
        @DefaultValue Set<String> sites,
        @Nullable Path secretFile,
        @Nullable Path keysFile) {
    public WorkerClient {
        if (sites.isEmpty()) {
            throw new IllegalArgumentException(
                    "quarry.workers: a worker client has no sites; set QUARRY_WORKERS_<NAME>_SITES, with a name of letters and digits alone");
        }
    }
}
