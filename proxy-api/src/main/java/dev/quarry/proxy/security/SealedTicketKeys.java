package dev.quarry.proxy.security;

import dev.quarry.proxy.attempt.TicketKeys;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Ticket keys from the sealed keys in the database. */
@Component
class SealedTicketKeys implements TicketKeys {
    /** @param newest version of those that are good; whatever else there is below it is retired for good */
    private record Keys(int current, int newest, Map<Integer, byte[]> good) {}

    private final SealedKeys sealed;
    private volatile Keys keys;

    SealedTicketKeys(SealedKeys sealed) {
        this.sealed = sealed;
        this.keys = read();
    }

    @Scheduled(fixedDelayString = "${quarry.keys.refresh:60s}", initialDelayString = "${quarry.keys.refresh:60s}")
    final synchronized void refresh() {
        keys = read();
    }

    @Override
    public int current() {
        return keys.current();
    }

    @Override
    public Optional<byte[]> key(int version) {
        // Attempts name versions, and nobody else can: a newer one is that of a process which has seen a rotation
        // before
        // us.
        if (version > keys.newest()) {
            refresh();
        }
        return Optional.ofNullable(keys.good().get(version));
    }

    private Keys read() {
        Map<Integer, byte[]> good = new HashMap<>();
        int current = 0;
        int newest = 0;
        for (SealedKeys.Opened key : sealed.load(KeyPurpose.TICKET)) {
            good.put(key.version(), key.bytes());
            current = key.current() ? key.version() : current;
            newest = Math.max(newest, key.version());
        }
        return new Keys(current, newest, good);
    }
}
