package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.RestoreStatus;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What one call finds. Holds the store to its order: the ledger is merged by it, and what seems left out would be deleted. */
final class S3Page {
    private static final Set<String> ARCHIVES = Set.of("GLACIER", "DEEP_ARCHIVE");

    private final String prefix;
    private final Optional<KeyBytes> after;
    private final String shown;
    private final List<Entry> files = new ArrayList<>();
    private final List<KeyBytes> folders = new ArrayList<>();
    private @Nullable KeyBytes last;
    private boolean more;

    S3Page(String prefix, Optional<KeyBytes> after, String shown) {
        this.prefix = prefix;
        this.after = after;
        this.shown = shown;
    }

    void add(ListObjectsV2Response answer) throws StoreException {
        if (answer.isTruncated() == null) {
            throw new StoreAwayException(shown + ": the listing does not say whether it is whole");
        }
        more = answer.isTruncated();
        KeyBytes before = last;
        KeyBytes at = before;
        for (S3Object object : answer.contents()) {
            KeyBytes name = relative(object.key());
            at = ordered(at, name);
            file(name, object);
        }
        KeyBytes atFolder = before;
        for (CommonPrefix common : answer.commonPrefixes()) {
            KeyBytes name = relative(common.prefix());
            if (after.isPresent() && after.get().equals(name)) {
                continue;
            }
            atFolder = ordered(atFolder, name);
            folders.add(name.withoutSlash());
        }
        last = latest(at, atFolder);
        if (more && !hasMoved() && answer.nextContinuationToken() == null) {
            throw new StoreAwayException(shown + ": the listing is cut short and does not say where it goes on");
        }
    }

    private KeyBytes relative(String key) throws StoreAwayException {
        if (!key.startsWith(prefix)) {
            throw new StoreAwayException(
                    shown + ": the listing holds '" + KeyBytes.utf8(key) + "', which lies elsewhere");
        }
        return KeyBytes.utf8(key.substring(prefix.length()));
    }

    private KeyBytes ordered(@Nullable KeyBytes before, KeyBytes name) throws NotReadableException {
        KeyBytes least = before == null ? after.orElse(null) : before;
        if (least != null && name.compareTo(least) <= 0) {
            throw new NotReadableException(shown + ": the store lists '" + name + "' after '" + least
                    + "', which is not the order of bytes; such a folder cannot be compared with the ledger");
        }
        return name;
    }

    private void file(KeyBytes name, S3Object object) throws StoreAwayException {
        if (name.isEmpty() && object.size() == 0) {
            // Made by consoles to show a folder that holds nothing: the folder itself.
            return;
        }
        if (object.eTag() == null || object.size() == null) {
            throw new StoreAwayException(shown + ": the listing gives no ETag or size for '" + name + "'");
        }
        Instant modified = object.lastModified() == null ? Instant.EPOCH : object.lastModified();
        S3Version version = new S3Version(object.size(), object.eTag());
        files.add(new Entry(name, object.size(), modified, version.toString(), isArchived(object), version.identity()));
    }

    private static boolean isArchived(S3Object object) {
        RestoreStatus restored = object.restoreStatus();
        boolean readable = restored != null
                && !Boolean.TRUE.equals(restored.isRestoreInProgress())
                && restored.restoreExpiryDate() != null;
        return ARCHIVES.contains(String.valueOf(object.storageClassAsString())) && !readable;
    }

    private static @Nullable KeyBytes latest(@Nullable KeyBytes one, @Nullable KeyBytes other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) > 0 ? one : other;
    }

    boolean hasMoved() {
        return last != null;
    }

    boolean isMore() {
        return more;
    }

    Listing listing() {
        // By name, as the ledger has them: S3 sorts by name and slash.
        folders.sort(null);
        return new Listing(files, folders, more ? Optional.ofNullable(last) : Optional.empty(), List.of());
    }
}
