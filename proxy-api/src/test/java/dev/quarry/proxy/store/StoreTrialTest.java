package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;

class StoreTrialTest {
    @Test
    void clocksMayDifferByMinutesAndNotByMore() {
        assertThat(clock(Duration.ofMinutes(2)).ok()).isTrue();
        for (int minutes : new int[] {-10, 10}) {
            StoreCheck check = clock(Duration.ofMinutes(minutes));
            assertThat(check.ok()).isFalse();
            assertThat(check.detail()).matches("this machine and the store differ by (599|600|601) s");
        }
        assertThat(StoreTrial.clock(null).ok()).isNull();
        assertThat(StoreTrial.clock("yesterday").ok()).isNull();
    }

    private static StoreCheck clock(Duration ahead) {
        return StoreTrial.clock(DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plus(ahead)));
    }
}
