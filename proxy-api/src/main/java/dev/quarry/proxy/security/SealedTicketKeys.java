package dev.quarry.proxy.security;

import dev.quarry.proxy.attempt.TicketKeys;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Ticket keys from the sealed keys in the database. */
@Component
class SealedTicketKeys implements TicketKeys {
    private static final int KEY_BYTES = 32;

    private final SealedKeys sealed;
    private final Map<Integer, byte[]> opened = new ConcurrentHashMap<>();
    private volatile int current;

    SealedTicketKeys(SealedKeys sealed) {
        this.sealed = sealed;
        refresh();
    }

    @Scheduled(fixedDelay = 60_000, initialDelay = 60_000)
    final void refresh() {
        for (SealedKeys.Opened key : sealed.load(SealedKeys.Purpose.TICKET, SealedTicketKeys::generate)) {
            opened.put(key.version(), key.bytes());
            current = key.current() ? key.version() : current;
        }
    }

    @Override
    public int current() {
        return current;
    }

    @Override
    public byte[] key(int version) {
        return opened.computeIfAbsent(
                version,
                missing -> sealed.find(SealedKeys.Purpose.TICKET, missing)
                        .orElseThrow(() -> new IllegalStateException("ticket key " + missing + " is retired"))
                        .bytes());
    }

    private static byte[] generate(int version) {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }
}
