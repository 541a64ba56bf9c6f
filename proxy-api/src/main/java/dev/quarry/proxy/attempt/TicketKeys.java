package dev.quarry.proxy.attempt;

/** The sealed keys that tickets are derived from, by version; old versions stay readable while attempts made with them are open. */
public interface TicketKeys {
    int current();

    /** @throws IllegalStateException if the version is retired or was never there */
    byte[] key(int version);
}
