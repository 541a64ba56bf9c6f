package dev.quarry.proxy.run;

import dev.quarry.proxy.store.KeyBytes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger holds of a file, as far as a listing is compared with it.
 *
 * @param lane the one that it was routed to; null: none took it
 * @param contentType what its version's content is, by its first bytes or else by the extractors; null if nobody has told
 * @param oversized it FAILED because no node can hold its job
 */
record LedgerFile(
        UUID id,
        KeyBytes name,
        String version,
        String outcome,
        @Nullable String reason,
        @Nullable String lane,
        @Nullable String concludedVersion,
        @Nullable String concludedExtractors,
        @Nullable String contentType,
        boolean oversized,
        boolean vanished) {}
