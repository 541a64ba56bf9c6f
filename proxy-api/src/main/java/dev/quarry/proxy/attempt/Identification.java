package dev.quarry.proxy.attempt;

import dev.quarry.proxy.store.StoreContent;
import org.jspecify.annotations.Nullable;

/** What one response adds to the knowledge of what an item's bytes are; nothing where the store vouches for them, as hashing costs more than sending. */
final class Identification implements AutoCloseable {
    private final RunningDigests digests;
    private final ItemDownloads downloads;
    private final AttemptTokens.Claims claims;
    private final int n;
    private final long size;
    private final long end;
    private long offset;
    private @Nullable RunningDigest digest;

    Identification(
            RunningDigests digests, ItemDownloads downloads, AttemptTokens.Claims claims, int n, StoreContent content) {
        this.digests = digests;
        this.downloads = downloads;
        this.claims = claims;
        this.n = n;
        this.size = content.size();
        this.offset = content.offset();
        this.end = content.offset() + content.length();
        this.digest = content.vouched()
                ? null
                : digests.from(claims.attempt(), n, offset).orElse(null);
    }

    /** Before they are sent: whoever has the last of them may ask for the next part, or report the item, at once. */
    void pass(byte[] bytes, int length) {
        if (digest != null) {
            digest.pass(offset, bytes, length);
        }
        offset += length;
        if (offset == end) {
            close();
        }
    }

    /** Also of a response that broke off. */
    @Override
    public void close() {
        RunningDigest running = digest;
        digest = null;
        if (running == null) {
            return;
        }
        if (running.seen() == size) {
            downloads.identified(claims, n, running.value());
        } else {
            digests.keep(claims.attempt(), n, running);
        }
    }
}
