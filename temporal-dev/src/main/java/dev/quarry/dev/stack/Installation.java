package dev.quarry.dev.stack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The built modules of a checkout, and the folder that its tools lie in.
 *
 * @param root the checkout
 */
public record Installation(Path root) {
    /** The checkout that this program was started from: {@code quarry.root}, as the build and {@code ./quarry} set it. */
    public static Installation current() {
        String root = System.getProperty("quarry.root");
        if (root == null || root.isEmpty()) {
            throw new IllegalStateException(
                    "system property quarry.root is not set: start this through ./quarry or Maven");
        }
        return new Installation(Path.of(root).toAbsolutePath().normalize());
    }

    /** What {@code ./quarry} installs for itself: {@code QUARRY_CACHE}, else {@code .cache} in the checkout. */
    public Path tools() {
        String cache = System.getenv("QUARRY_CACHE");
        return cache == null || cache.isEmpty() ? root.resolve(".cache") : Path.of(cache);
    }

    /** The module's jar and its libraries, always in the same order: class-data-sharing archives depend on it. */
    public String classPath(String module) throws IOException {
        Path target = root.resolve(module).resolve("target");
        List<String> entries = new ArrayList<>(jars(target, module + "-*.jar"));
        if (entries.isEmpty()) {
            throw new IOException("module " + module + " is not built: no " + target.resolve(module + "-*.jar")
                    + "; run ./quarry setup --build (or mvn package)");
        }
        entries.addAll(jars(target.resolve("lib"), "*.jar"));
        return String.join(":", entries);
    }

    private static List<String> jars(Path folder, String glob) throws IOException {
        List<String> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, glob)) {
                jars.forEach(jar -> found.add(jar.toString()));
            }
        }
        Collections.sort(found);
        return found;
    }

    /** The agent's program, as the process backend starts it for every image. */
    public Path agent() throws IOException {
        Path agent = root.resolve("worker-container/target/image/bin/quarry-agent");
        if (!Files.isExecutable(agent)) {
            throw new IOException(
                    "the agent is not built: no " + agent + "; run ./quarry setup --build (or mvn package)");
        }
        return agent;
    }

    /** The {@code temporal} binary: on PATH, else the one that {@code ./quarry} installed. */
    public Optional<Path> temporal() {
        return onPath("temporal")
                .or(() -> Optional.of(tools().resolve("venv/bin/temporal")).filter(Files::isExecutable));
    }

    /** The program of this name on the PATH. */
    Optional<Path> onPath(String program) {
        return Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The JVM that runs us runs the parts as well. */
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
