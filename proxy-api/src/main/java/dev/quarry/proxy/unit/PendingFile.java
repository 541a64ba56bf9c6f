package dev.quarry.proxy.unit;

import java.util.UUID;

/**
 * A file that waits for a unit.
 *
 * @param name cleaned
 * @param seconds expected work
 */
record PendingFile(UUID file, String version, long size, String lane, String name, double seconds) {}
