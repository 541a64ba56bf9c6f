package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.EtagVersion;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.ListedNames;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreException;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.RestoreStatus;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The service's answers as a page. */
final class S3Page {
    private static final Set<String> ARCHIVES = Set.of("GLACIER", "DEEP_ARCHIVE");
    private static final Pattern MD5 = Pattern.compile("\"?[0-9a-f]{32}\"?");

    private S3Page() {}

    /** @param md5 whether ETags may be the MD5 of what they stand for */
    static void add(ListObjectsV2Response answer, ListedNames page, String shown, boolean md5) throws StoreException {
        if (answer.isTruncated() == null) {
            throw new StoreAwayException(shown + ": the listing does not say whether it is whole");
        }
        page.answer(answer.isTruncated());
        for (S3Object object : answer.contents()) {
            KeyBytes name = page.name(object.key());
            if (page.file(name) && !isMarker(name, object)) {
                page.add(entry(name, object, shown, md5));
            }
        }
        for (CommonPrefix common : answer.commonPrefixes()) {
            page.folder(page.name(common.prefix()));
        }
        if (page.isMore() && !page.hasMoved() && answer.nextContinuationToken() == null) {
            throw new StoreAwayException(shown + ": the listing is cut short and does not say where it goes on");
        }
    }

    /** Made by consoles to show a folder that holds nothing: the folder itself. */
    private static boolean isMarker(KeyBytes name, S3Object object) {
        return name.isEmpty() && object.size() != null && object.size() == 0;
    }

    private static Entry entry(KeyBytes name, S3Object object, String shown, boolean md5) throws StoreAwayException {
        if (object.eTag() == null || object.size() == null) {
            throw new StoreAwayException(shown + ": the listing gives no ETag or size for '" + name + "'");
        }
        Instant modified = object.lastModified() == null ? Instant.EPOCH : object.lastModified();
        EtagVersion version = new EtagVersion(object.size(), object.eTag());
        return new Entry(
                name, object.size(), modified, version.toString(), isArchived(object), md5 ? identity(version) : null);
    }

    /**
     * The ETag of an object put whole is its MD5, or under a KMS key something random that no other object has: it never says two are the same that
     * are not. With a dash it is made of parts, whose sizes it depends on.
     */
    private static @Nullable String identity(EtagVersion version) {
        return isMd5(version) ? version.toString() : null;
    }

    /** Looks like one. */
    static boolean isMd5(EtagVersion version) {
        return MD5.matcher(version.etag()).matches();
    }

    static boolean isOfArchive(S3Object object) {
        return ARCHIVES.contains(String.valueOf(object.storageClassAsString()));
    }

    private static boolean isArchived(S3Object object) {
        RestoreStatus restored = object.restoreStatus();
        boolean readable = restored != null
                && !Boolean.TRUE.equals(restored.isRestoreInProgress())
                && restored.restoreExpiryDate() != null;
        return isOfArchive(object) && !readable;
    }
}
