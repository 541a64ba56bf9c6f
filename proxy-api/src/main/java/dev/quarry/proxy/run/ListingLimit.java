package dev.quarry.proxy.run;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many listings of one store are under way at once, whoever began them: halved when the store asks for fewer, one more after as many answers as are
 * allowed (additive increase, multiplicative decrease, as TCP avoids congestion: RFC 5681).
 */
final class ListingLimit {
    private final int most;
    private int limit;
    private int answers;
    private int underWay;
    private Instant lowered = Instant.MIN;

    ListingLimit(int most) {
        this.most = most;
        this.limit = most;
    }

    /** The old one if it is of so many, with what it has learnt. */
    static ListingLimit of(int most, @Nullable ListingLimit old) {
        return old != null && old.most == most ? old : new ListingLimit(most);
    }

    synchronized int now() {
        return limit;
    }

    /** How many more could begin. */
    synchronized int room() {
        return Math.max(0, limit - underWay);
    }

    /** False if there is no room. Otherwise {@link #ended} must follow. */
    synchronized boolean begin() {
        boolean fits = underWay < limit;
        underWay += fits ? 1 : 0;
        return fits;
    }

    synchronized void ended() {
        underWay--;
        notifyAll();
    }

    /** Waits until there is room, or it is time. */
    synchronized void awaitRoom(Instant deadline) throws InterruptedException {
        long left = Duration.between(Instant.now(), deadline).toMillis();
        while (underWay >= limit && left > 0) {
            wait(left);
            left = Duration.between(Instant.now(), deadline).toMillis();
        }
    }

    synchronized void answered() {
        if (limit < most && ++answers >= limit) {
            limit++;
            answers = 0;
            notifyAll();
        }
    }

    /** One that was answered only after the store had asked for fewer. Those that began before it got fewer say nothing new. */
    synchronized void throttled(Instant begun) {
        if (!begun.isBefore(lowered)) {
            refused();
        }
    }

    /** Whether fewer were possible: the last one is as much the store's word as any. */
    synchronized boolean refused() {
        boolean fewer = limit > 1;
        limit = Math.max(1, limit / 2);
        lowered = Instant.now();
        answers = 0;
        return fewer;
    }
}
