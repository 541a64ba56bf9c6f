package dev.quarry.proxy.attempt;

import java.util.Optional;

/** The sealed keys that tickets are derived from, by version; old versions stay readable while attempts made with them are open. */
public interface TicketKeys {
    int current();

    /** Empty if the version is retired: its tickets are worthless. */
    Optional<byte[]> key(int version);
}
