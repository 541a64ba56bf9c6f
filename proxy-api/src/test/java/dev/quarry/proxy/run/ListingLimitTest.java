package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ListingLimitTest {
    @Test
    void aRefusalHalvesAndAnswersRaiseByOneEach() {
        ListingLimit limit = new ListingLimit(8);
        assertThat(limit.refused()).isTrue();
        assertThat(limit.now()).isEqualTo(4);
        for (int answer = 0; answer < 4; answer++) {
            limit.answered();
        }
        assertThat(limit.now()).isEqualTo(5);
    }

    @Test
    void itNeverExceedsWhatIsAllowed() {
        ListingLimit limit = new ListingLimit(2);
        for (int answer = 0; answer < 20; answer++) {
            limit.answered();
        }
        assertThat(limit.now()).isEqualTo(2);
    }

    @Test
    void theLastListingIsNotTakenAwayButItsRefusalIsTold() {
        ListingLimit limit = new ListingLimit(2);
        assertThat(limit.refused()).isTrue();
        assertThat(limit.refused()).isFalse();
        assertThat(limit.now()).isEqualTo(1);
    }

    @Test
    void anotherLimitOfTheStoreIsAnotherBeginning() {
        ListingLimit limit = ListingLimit.of(8, null);
        limit.refused();
        assertThat(ListingLimit.of(8, limit).now()).isEqualTo(4);
        assertThat(ListingLimit.of(2, limit).now()).isEqualTo(2);
    }
}
