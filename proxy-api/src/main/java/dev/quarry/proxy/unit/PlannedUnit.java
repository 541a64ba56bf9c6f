package dev.quarry.proxy.unit;

import java.util.List;
import java.util.UUID;

/** A unit before it is stored. */
record PlannedUnit(UUID id, int number, String lane, List<PendingFile> files) {
    long bytes() {
        return files.stream().mapToLong(PendingFile::size).sum();
    }
}
