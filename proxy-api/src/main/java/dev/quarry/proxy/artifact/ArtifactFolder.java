package dev.quarry.proxy.artifact;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** One tenant's folder of artifacts. What a sweep has put aside lies in a folder of its own, under the same name. */
record ArtifactFolder(Path root) {
    /** How the names begin of what is being written. */
    static final String PART = "part";

    private static final String ASIDE = "aside";
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SHARD = Pattern.compile("[0-9a-f]{2}");

    Path file(String name) {
        return root.resolve(name.substring(0, 2)).resolve(name);
    }

    Path aside(String name) {
        return aside().resolve(name);
    }

    Path aside() {
        return root.resolve(ASIDE);
    }

    static boolean isShard(Path folder) {
        return SHARD.matcher(folder.getFileName().toString()).matches();
    }

    static boolean isArtifact(Path file) {
        return NAME.matcher(file.getFileName().toString()).matches();
    }

    static boolean isPart(Path file) {
        return file.getFileName().toString().startsWith(PART);
    }
}
