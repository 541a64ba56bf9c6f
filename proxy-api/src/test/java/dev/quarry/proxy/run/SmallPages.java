package dev.quarry.proxy.run;

import dev.quarry.proxy.RunningApi;
import java.util.Map;

/** A process beside the shared one that lists four names at a time, splits whatever it can, and comes back after every commit: a walk takes many calls. */
final class SmallPages {
    private static final RunningApi API = RunningApi.shared()
            .beside(Map.of("quarry.run.page", 4, "quarry.run.split-pages", 1, "quarry.run.advance", "1ms"));

    private SmallPages() {}

    static RunningApi api() {
        return API;
    }
}
