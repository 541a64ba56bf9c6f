package dev.quarry.dev.demo;

import dev.quarry.dev.UsageException;
import dev.quarry.dev.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What a demo indexes. */
interface DemoSource {
    /** Names it to people and to the state's folder; links to one folder have one name. */
    String name();

    /** Whether it is this folder, given with all links resolved, or below it. */
    default boolean liesIn(Path folder) {
        return false;
    }

    /**
     * Whether a run of it finds what lies in this folder, given with all links resolved.
     *
     * @param hidden whether it looks into hidden folders
     */
    default boolean indexes(Path folder, boolean hidden) {
        return false;
    }

    /** The same stack, let at it. */
    StackSettings with(StackSettings settings);

    /** The fields of its store, as the public API takes them, but name and includeHidden. */
    Map<String, Object> store();

    /** The fields that replace its key; empty if it has none. */
    Map<String, Object> key();

    /**
     * @param given a directory, {@code s3://bucket/prefix} or {@code az://account/container/prefix}
     * @param environment where credentials of buckets and containers come from
     * @throws UsageException if it is none of these
     */
    static DemoSource of(String given, Map<String, String> environment) throws IOException {
        if (given.startsWith("s3://")) {
            return BucketSource.of(given, environment);
        }
        if (given.startsWith("az://")) {
            return ContainerSource.of(given, environment);
        }
        Path folder = Path.of(given);
        if (!Files.exists(folder)) {
            throw new UsageException("no such directory: " + KeyText.of(given));
        }
        if (!Files.isDirectory(folder)) {
            throw new UsageException("not a directory: " + KeyText.of(given) + "; name the one that it lies in");
        }
        return new FolderSource(folder.toRealPath());
    }
}
