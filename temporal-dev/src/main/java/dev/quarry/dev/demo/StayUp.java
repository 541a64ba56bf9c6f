package dev.quarry.dev.demo;

import dev.quarry.dev.stack.DevStack;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A demo that is left running: says where everything is, and waits for Ctrl-C. */
final class StayUp {
    private static final long MIB = 1024L * 1024L;

    private final DevStack stack;
    private final Path folder;
    private final String store;
    private final boolean named;

    /** @param named whether its user named the state folder: then only he knows where it is */
    StayUp(DevStack stack, Path folder, String store, boolean named) {
        this.stack = stack;
        this.folder = folder;
        this.store = store;
        this.named = named;
    }

    void untilInterrupted() throws IOException, InterruptedException {
        String state = named ? option(folder) : "";
        System.out.println();
        System.out.println("  search     ./quarry search" + state + " WORDS");
        System.out.println("  API        " + stack.publicUrl() + "/v3/api-docs   (token: ./quarry token" + state + ")");
        System.out.println("  Temporal   "
                + stack.temporalUi()
                        .map(ui -> ui + "   workflow index/" + DevStack.TENANT + "/" + store)
                        .orElse("in-memory server, no Web UI"));
        stack.jobConsole().ifPresent(console -> System.out.println("  jobs       " + console));
        System.out.println("  logs       " + folder.resolve("logs"));
        System.out.println("  state      " + folder + " (" + size(folder) / MIB
                + " MiB); delete it with rm -r, or start with --fresh");
        System.out.println("  Ctrl-C stops everything and keeps the state.");
        Thread.currentThread().join();
    }

    /** For a shell, whatever the folder is called. */
    static String option(Path state) {
        String name = state.toString();
        return " --state " + (name.matches("[A-Za-z0-9_./-]+") ? name : "'" + name.replace("'", "'\\''") + "'");
    }

    /** In bytes, as far as it can be read: agents and extractors come and go in it, and leave what they like. */
    static long size(Path folder) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException goneOrShut) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException readHalf) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0];
    }
}
