package dev.quarry.proxy.attempt;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.ArchivedException;
import dev.quarry.proxy.store.ByteRange;
import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreContent;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.Stores;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Opens an item in its store; none of its bytes is given to an agent before the store's filters have let its type through, whatever part is wanted. */
@Component
class ItemBytes {
    private static final Logger LOG = LoggerFactory.getLogger(ItemBytes.class);
    private static final int BUFFER = 256 * 1024;
    private static final ByteRange HEAD = new ByteRange(0, ContentTypeDetector.BYTES);

    private final ItemDownloads downloads;
    private final ContentTypeDetector types;
    private final Stores stores;
    private final StoreWaits waits;

    ItemBytes(ItemDownloads downloads, ContentTypeDetector types, Stores stores, StoreWaits waits) {
        this.downloads = downloads;
        this.types = types;
        this.stores = stores;
        this.waits = waits;
    }

    /**
     * The wanted part of an item and the first bytes of it.
     *
     * @param length of what was read; -1 if there is nothing
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Opened(StoreContent content, byte[] buffer, int length) implements Closeable {
        @Override
        public void close() throws IOException {
            content.close();
        }
    }

    /** @throws Problem what the store refuses; 403 filtered if its filters rule out what the first bytes are */
    Opened open(AttemptTokens.Claims claims, int n, ItemDownloads.Download download, Optional<ByteRange> wanted)
            throws IOException {
        AttemptItems.Source source = download.source();
        String known = source.contentType();
        if (source.types().isEmpty()) {
            // Telling costs more than sending most files.
            return opened(claims, download, wanted, 1);
        }
        if (known != null) {
            judge(claims, n, source, known);
            return opened(claims, download, wanted, 1);
        }
        if (wanted.isEmpty()) {
            return told(claims, n, download, wanted);
        }
        told(claims, n, download, Optional.of(HEAD)).close();
        return opened(claims, download, wanted, 1);
    }

    private Opened told(
            AttemptTokens.Claims claims, int n, ItemDownloads.Download download, Optional<ByteRange> fromStart)
            throws IOException {
        Opened opened = opened(claims, download, fromStart, ContentTypeDetector.BYTES);
        boolean passed = false;
        try {
            AttemptItems.Source source = download.source();
            judge(claims, n, source, types.of(opened.buffer(), Math.max(0, opened.length()), source.name()));
            passed = true;
            return opened;
        } finally {
            if (!passed) {
                opened.close();
            }
        }
    }

    private void judge(AttemptTokens.Claims claims, int n, AttemptItems.Source source, String type) {
        Optional<String> rule = source.types().broken(type);
        if (rule.isPresent() || source.contentType() == null) {
            downloads.typed(claims, n, type, rule.orElse(null));
        }
        if (rule.isPresent()) {
            throw ItemDownloads.filtered();
        }
    }

    /** @param least bytes to begin with, if there are as many: a store that is slow keeps nobody waiting for more */
    private Opened opened(
            AttemptTokens.Claims claims, ItemDownloads.Download download, Optional<ByteRange> wanted, int least)
            throws IOException {
        boolean begun = false;
        StoreContent content = null;
        try {
            AttemptItems.Source source = download.source();
            content = stores.reader(download.store()).open(source.key(), source.version(), wanted);
            byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, content.length()))];
            int length = least == 1
                    ? content.stream().read(buffer)
                    : content.stream().readNBytes(buffer, 0, Math.min(buffer.length, least));
            if (download.waits()) {
                waits.over(claims.tenant(), download.run());
            }
            begun = true;
            return new Opened(content, buffer, length);
        } catch (StoreException refused) {
            throw refusal(claims, download, refused);
        } finally {
            if (!begun && content != null) {
                content.close();
            }
        }
    }

    private Problem refusal(AttemptTokens.Claims claims, ItemDownloads.Download download, StoreException refused) {
        if (refused instanceof ChangedInStoreException) {
            return new Problem(HttpStatus.PRECONDITION_FAILED, "changed_in_store", "it changed since it was listed");
        }
        if (refused instanceof GoneFromStoreException) {
            return new Problem(HttpStatus.NOT_FOUND, "gone_from_store", "it is not in the store any more");
        }
        if (refused instanceof ArchivedException) {
            return new Problem(
                    HttpStatus.FORBIDDEN, "archived", "it lies in an archive of the store: restore it there");
        }
        if (refused instanceof NotReadableException) {
            LOG.info("attempt {}: {}", claims.attempt(), refused.getMessage());
            return new Problem(HttpStatus.FORBIDDEN, "not_readable", "the store does not let us read it");
        }
        waits.begun(claims.tenant(), download.run(), String.valueOf(refused.getMessage()));
        return new Problem(
                HttpStatus.SERVICE_UNAVAILABLE, StoreWaits.STORE_AWAY, "the store does not answer; try again");
    }
}
