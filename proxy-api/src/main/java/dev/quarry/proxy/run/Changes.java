package dev.quarry.proxy.run;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The differences between pages and ledger, and the counts: all that one merge writes. */
final class Changes {
    final List<Written> written = new ArrayList<>();
    final List<UUID> vanished = new ArrayList<>();
    final List<UUID> reappeared = new ArrayList<>();
    final List<Child> folders = new ArrayList<>();
    final List<UUID> vanishedFolders = new ArrayList<>();
    long listed;
    long bytes;
    long unchanged;
    long carried;
    long filtered;
    long noContent;
    long tooLarge;
    long archived;
    long dispatched;

    void count(Entry entry, Verdict.Kind kind) {
        listed++;
        bytes += entry.size();
        switch (kind) {
            case PENDING -> dispatched++;
            case UNCHANGED -> unchanged++;
            case CARRIED -> carried++;
            case FILTERED -> filtered++;
            case NO_CONTENT -> noContent++;
            case TOO_LARGE -> tooLarge++;
            case ARCHIVED -> archived++;
        }
    }

    /** A file whose row is inserted or changed. */
    record Written(UUID folder, KeyBytes path, Entry entry, Verdict verdict) {}

    /** A folder that was listed, whether or not the ledger has it. */
    record Child(UUID parent, KeyBytes path, KeyBytes name) {}
}
