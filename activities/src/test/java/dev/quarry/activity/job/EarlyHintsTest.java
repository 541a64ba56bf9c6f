package dev.quarry.activity.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class EarlyHintsTest {
    private static final JobHandle HANDLE = new JobHandle("job");

    private final EarlyHints hints = new EarlyHints();

    @Test
    void aHintAtAnUnknownJobIsKeptUntilItIsClaimedOnce() {
        assertThat(hints.unlessKnown(HANDLE, () -> null)).isEmpty();
        assertThat(hints.claim(HANDLE, () -> {})).isTrue();
        assertThat(hints.claim(HANDLE, () -> {})).isFalse();
    }

    @Test
    void aHintAtAKnownJobIsNotKept() {
        assertThat(hints.unlessKnown(HANDLE, () -> "known")).isEqualTo(Optional.of("known"));
        assertThat(hints.claim(HANDLE, () -> {})).isFalse();
    }

    @Test
    void onlyTheNewestAreKept() {
        for (int number = 0; number <= 4096; number++) {
            JobHandle other = new JobHandle("other-" + number);
            assertThat(hints.unlessKnown(other, () -> null)).isEmpty();
        }
        assertThat(hints.claim(new JobHandle("other-0"), () -> {})).isFalse();
        assertThat(hints.claim(new JobHandle("other-1"), () -> {})).isTrue();
        assertThat(hints.claim(new JobHandle("other-4096"), () -> {})).isTrue();
    }
}
