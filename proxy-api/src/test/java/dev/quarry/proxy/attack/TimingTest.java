package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whether an id is somebody else's or nobody's cannot be told by the time that the 404 takes. Runs with --security only: it measures. */
@Tag("security")
class TimingTest {
    private static final int CALLS = 1_000;
    private static final Percentage ALIKE = Percentage.withPercentage(10);

    private final RunningApi api = RunningApi.shared();
    private final Victim owner = Victim.running();

    @Test
    void ofRunsToAnotherTenant() {
        String foreigner = Tenant.other().token();
        alike("/api/v1/runs/", Listener.PUBLIC, foreigner, owner.run.id, "");
    }

    @Test
    void ofFilesToAnotherTenant() {
        String foreigner = Tenant.other().token();
        UUID file = api.superuser()
                .sql("select file from quarry.attempt_item where attempt = ? and n = 0")
                .param(UUID.fromString(owner.attempt))
                .query(UUID.class)
                .single();
        alike("/api/v1/files/", Listener.PUBLIC, foreigner, file, "");
    }

    @Test
    void ofAttemptsToAnotherAgent() {
        alike("/v1/attempts/", Listener.JOB, Victim.running().token(), UUID.fromString(owner.attempt), "/items");
    }

    private void alike(String path, Listener listener, String token, UUID foreign, String call) {
        LongSupplier foreigns = () -> nanos(listener, token, path + foreign + call);
        LongSupplier unknowns = () -> nanos(listener, token, path + UUID.randomUUID() + call);
        long[] first = new long[CALLS];
        long[] second = new long[CALLS];
        for (int i = -CALLS; i < CALLS; i++) { // the first half is for the compiler
            int at = Math.floorMod(i, CALLS);
            first[at] = foreigns.getAsLong();
            second[at] = unknowns.getAsLong();
        }
        System.out.printf(
                "medians of %s: foreign %.3f ms, unknown %.3f ms%n", path, median(first) / 1e6, median(second) / 1e6);
        assertThat((double) median(first)).isCloseTo(median(second), ALIKE);
    }

    private long nanos(Listener listener, String token, String path) {
        long start = System.nanoTime();
        int status = api.get(listener, token, path).status();
        long nanos = System.nanoTime() - start;
        assertThat(status).isEqualTo(404);
        return nanos;
    }

    private static long median(long[] times) {
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
