package dev.quarry.proxy.store;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.problem.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** How much at once a store may be given: what the deployment has for its kind, or less. */
@Component
class ConcurrencyLimits {
    private final QuarrySettings settings;

    ConcurrencyLimits(QuarrySettings settings) {
        this.settings = settings;
    }

    /** @throws Problem 422 invalid_concurrency */
    @Nullable
    Integer checked(StoreKind kind, @Nullable Integer given) {
        int most = most(kind);
        if (given != null && (given < 1 || given > most)) {
            throw Problem.invalid(
                    "invalid_concurrency",
                    "concurrency must be 1 to " + most + " for a store of kind " + kind.label() + ", got " + given);
        }
        return given;
    }

    private int most(StoreKind kind) {
        return switch (kind) {
            case FILESYSTEM -> settings.filesystem().calls();
            case S3 -> settings.s3().connections();
            case AZURE -> settings.azure().connections();
        };
    }
}
