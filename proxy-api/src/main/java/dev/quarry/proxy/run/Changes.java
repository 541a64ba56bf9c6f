package dev.quarry.proxy.run;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

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

    /** Identities of files that the ledger has never concluded anything of. */
    Set<Identity> newIdentities() {
        return written.stream()
                .filter(Written::mayBeMoved)
                .map(Written::identity)
                .collect(Collectors.toSet());
    }

    /**
     * A file whose row is inserted or changed.
     *
     * @param isNew the ledger has never concluded anything of this key
     */
    record Written(UUID folder, KeyBytes path, Entry entry, Verdict verdict, boolean isNew) {
        boolean mayBeMoved() {
            return isNew && verdict.kind() == Verdict.Kind.PENDING && entry.identity() != null;
        }

        /** Of one that may be moved. */
        Identity identity() {
            return new Identity(String.valueOf(entry.identity()), String.valueOf(verdict.lane()));
        }
    }

    /** A folder that was listed, whether or not the ledger has it. */
    record Child(UUID parent, KeyBytes path, KeyBytes name) {}
}
