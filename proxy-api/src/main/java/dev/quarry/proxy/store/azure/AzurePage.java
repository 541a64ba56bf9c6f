package dev.quarry.proxy.store.azure;

import com.azure.core.http.rest.PagedResponse;
import com.azure.storage.blob.models.AccessTier;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobItemProperties;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.EtagVersion;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.KeyPage;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The service's answers as a page. */
final class AzurePage {
    /** Hadoop's drivers and accounts with directories mark a blob that is a directory so. */
    private static final String IS_FOLDER = "hdi_isfolder";

    private AzurePage() {}

    static void add(PagedResponse<BlobItem> answer, KeyPage page, String shown) throws StoreException {
        String next = answer.getContinuationToken();
        page.answer(next != null && !next.isEmpty());
        for (BlobItem blob : answer.getValue()) {
            KeyBytes name = page.name(blob.getName());
            if (Boolean.TRUE.equals(blob.isPrefix())) {
                page.folder(name);
            } else if (!standsForDirectory(blob) && page.file(name) && !isMarker(name, blob)) {
                page.add(entry(name, blob.getProperties(), shown));
            }
        }
    }

    /** Made by consoles to show a folder that holds nothing: the folder itself. */
    private static boolean isMarker(KeyBytes name, BlobItem blob) {
        return name.isEmpty() && isEmpty(blob);
    }

    /** It has the folder's name without the slash, and is no place to go on after: the folder follows. */
    private static boolean standsForDirectory(BlobItem blob) {
        return isEmpty(blob)
                && blob.getMetadata() != null
                && blob.getMetadata().entrySet().stream()
                        .anyMatch(one ->
                                one.getKey().equalsIgnoreCase(IS_FOLDER) && "true".equalsIgnoreCase(one.getValue()));
    }

    private static boolean isEmpty(BlobItem blob) {
        BlobItemProperties properties = blob.getProperties();
        return properties != null && properties.getContentLength() != null && properties.getContentLength() == 0;
    }

    private static Entry entry(KeyBytes name, @Nullable BlobItemProperties blob, String shown)
            throws StoreAwayException {
        if (blob == null || blob.getETag() == null || blob.getContentLength() == null) {
            throw new StoreAwayException(shown + ": the listing gives no ETag or size for '" + name + "'");
        }
        long size = blob.getContentLength();
        return new Entry(
                name,
                size,
                blob.getLastModified() == null
                        ? Instant.EPOCH
                        : blob.getLastModified().toInstant(),
                new EtagVersion(size, plain(blob.getETag())).toString(),
                AccessTier.ARCHIVE.equals(blob.getAccessTier()),
                identity(size, blob.getContentMd5()));
    }

    /** Without the quotes that it has in headers, and in some listings. */
    static String plain(String etag) {
        return etag.replace("\"", "");
    }

    /** The service computes it for a blob that is put whole, and for others keeps what the writer says. */
    private static @Nullable String identity(long size, byte @Nullable [] md5) {
        return md5 == null || md5.length != 16 ? null : "md5:" + HexFormat.of().formatHex(md5) + "-" + size;
    }
}
