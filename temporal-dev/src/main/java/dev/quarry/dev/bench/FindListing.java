package dev.quarry.dev.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** GNU find over a tree, printing what a ledger needs of each file. */
final class FindListing {
    private FindListing() {}

    /** Of one pass whose output nobody reads. */
    static double seconds(Path root) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process find = start(root, ProcessBuilder.Redirect.DISCARD);
        if (find.waitFor() != 0) {
            throw new IOException("find " + root + " ended with " + find.exitValue());
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Prints folder, name, size, time and inode of each file, with tabs between: for trees whose names hold none. */
    static Process start(Path root, ProcessBuilder.Redirect output) throws IOException {
        return new ProcessBuilder(
                        List.of("find", root.toString(), "-type", "f", "-printf", "%P\\t%f\\t%s\\t%T@\\t%i\\n"))
                .redirectOutput(output)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
