package dev.quarry.proxy.store;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The clients of one store. Closed when it is retired and the last who took it has given it back. */
public abstract class StoreConnection {
    private int uses;
    private boolean retired;
    private Instant used = Instant.now();
    private final @Nullable Integer concurrency;
    private volatile Instant throttled = Instant.MIN;

    protected StoreConnection(Store store) {
        this.concurrency = store.concurrency();
    }

    /** What it was made with: a store whose settings are others needs another one. */
    protected abstract RemoteSettings settings();

    protected abstract void close();

    /** To be told of each answer to a listing, those included that the client overcomes by trying again: they too ask for fewer at once. */
    protected final void answered(int status) {
        if (status == 503 || status == 429) {
            throttled = Instant.now();
        }
    }

    /** When a listing was last asked to slow down, whoever listed. */
    public final Instant throttled() {
        return throttled;
    }

    /** Whether it lets as much happen at once as the store wants now. */
    final boolean isFor(Store store) {
        return Objects.equals(concurrency, store.concurrency());
    }

    /** False if it is being closed: make another one. */
    final synchronized boolean take() {
        if (!retired) {
            uses++;
        }
        return !retired;
    }

    public final synchronized void giveBack() {
        uses--;
        used = Instant.now();
        closeIfOver();
    }

    /** Waits for a turn to read, where the clients do not limit by themselves how many do. */
    public void startReading() throws StoreAwayException {}

    /** Ends the turn, and gives the connection back. */
    public void stopReading() {
        giveBack();
    }

    /** Closes it once nobody uses it any more. */
    final synchronized void retire() {
        if (!retired) {
            retired = true;
            closeIfOver();
        }
    }

    final synchronized boolean isIdleSince(Instant time) {
        return uses == 0 && used.isBefore(time);
    }

    private void closeIfOver() {
        if (retired && uses == 0) {
            close();
        }
    }
}
