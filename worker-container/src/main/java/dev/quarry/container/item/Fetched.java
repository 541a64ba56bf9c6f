package dev.quarry.container.item;

import dev.quarry.container.job.Item;
import dev.quarry.container.job.LineAnswer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An item that is ready for its extractors, or has its outcome already.
 *
 * @param started the API's answer to the item's `started` line; extractors wait for it, so that an item that brings the whole job down
 *     is known as a suspect
 */
record Fetched(
        Item item,
        CompletableFuture<LineAnswer> started,
        Path input,
        @Nullable ItemOutcome outcome,
        boolean diskFull) {}
