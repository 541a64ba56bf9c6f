package dev.quarry.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateTest {
    private final Rate rate = new Rate(1, Duration.ofHours(1));

    @Test
    void eachKeyHasTriesOfItsOwn() {
        assertThat(rate.take("demo/ann")).isZero();
        assertThat(rate.take("demo/bob")).isZero();
        assertThat(rate.take("demo/ann")).isPositive();
    }

    /** Tenant and account of a form that nobody has signed in with yet are up to 64 KiB, and each key is kept for a while. */
    @Test
    void aKeyThatIsLongerThanNamesCanBeIsKeptShort() {
        assertThat(Rate.kept("x".repeat(65_536)).length()).isLessThan(200);
    }

    /** Such as of people whose issuer's subjects begin alike, and of their calls that end in another way. */
    @Test
    void keysThatDifferOnlyBehindWhatIsKeptStayApart() {
        String long64k = "x".repeat(65_536);
        assertThat(rate.take(long64k + "1")).isZero();
        assertThat(rate.take(long64k + "2")).isZero();
        assertThat(rate.take(long64k + "1")).isPositive();
        assertThat(rate.waitOf(long64k + "2")).isPositive();
        assertThat(rate.waitOf(long64k + "3")).isZero();
    }

    @Test
    void theLongestNamesThatCanBeStayApart() {
        String longest = "t".repeat(40) + "/" + "a".repeat(99);
        assertThat(rate.take(longest + "1")).isZero();
        assertThat(rate.take(longest + "2")).isZero();
    }
}
