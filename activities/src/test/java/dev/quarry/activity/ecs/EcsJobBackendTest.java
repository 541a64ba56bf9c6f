package dev.quarry.activity.ecs;

import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobBackendContract;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;

/** On an emulated ECS, one for all tests: each has job ids of its own. */
@EnabledIf(
        value = "dev.quarry.activity.ecs.EcsEmulator#isThere",
        disabledReason = "there is no moto for the emulated ECS; ./quarry setup installs it")
class EcsJobBackendTest extends JobBackendContract {
    private static @Nullable EcsEmulator ecs;

    private final String own = UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void startEcs() throws Exception {
        ecs = EcsEmulator.start();
    }

    @AfterAll
    static void stopEcs() throws Exception {
        if (ecs != null) {
            ecs.close();
        }
    }

    @Override
    protected JobBackend newBackend() {
        return new EcsJobBackend(Objects.requireNonNull(ecs).config()).reached();
    }

    @Override
    protected String jobName(String name) {
        return name + "-" + own;
    }
}
