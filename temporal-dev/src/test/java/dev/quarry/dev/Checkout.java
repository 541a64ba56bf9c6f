package dev.quarry.dev;

import dev.quarry.dev.stack.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * As much of a checkout as {@code ./quarry} looks at before Maven runs, in a folder of its own, with programs that stand in for Maven
 * and Temporal: the real ones neither build nor fetch anything here.
 */
final class Checkout {
    private final Path root;
    private final Path programs;
    private String jdk = System.getenv().getOrDefault("JAVA_HOME", "");

    private Checkout(Path root) {
        this.root = root;
        this.programs = root.resolve("bin");
    }

    /** @param maven lines of a shell script */
    static Checkout in(Path folder, String maven) throws IOException {
        Path real = Installation.current().root();
        Checkout checkout = new Checkout(Files.createDirectories(folder.resolve("checkout")));
        for (String file : new String[] {"quarry", "pom.xml", "temporal-dev/src/main/emulator/requirements.txt"}) {
            Path copy = checkout.root.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(real.resolve(file), copy);
        }
        Files.createDirectory(checkout.programs);
        checkout.program("mvn", maven);
        checkout.program("temporal", "exit 1");
        return checkout;
    }

    /** In the copy of the script: another place than where it looks on this machine. */
    void looksAt(String place, String instead) throws IOException {
        Path script = root.resolve("quarry");
        String text = Files.readString(script);
        if (!text.contains(place)) {
            throw new IllegalArgumentException("the script has no " + place);
        }
        Files.writeString(script, text.replace(place, instead));
    }

    void program(String name, String lines) throws IOException {
        Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + lines + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** From now on, in the place of a JDK. @param lines of a shell script, for what the script hands over */
    void javaRuns(String lines) throws IOException {
        jdk = root.resolve("jdk").toString();
        Files.createDirectories(root.resolve("jdk/bin"));
        program("../jdk/bin/javac", "exit 1");
        program("../jdk/bin/java", """
                case "$*" in
                  *-XshowSettings*) echo '    java.specification.version = 17' >&2; exit ;;
                esac
                """ + lines);
    }

    /** Nothing is newer than what is built. */
    void isBuilt() throws IOException {
        Files.createDirectories(root.resolve("target"));
        Files.createFile(root.resolve("target/built"));
    }

    /** Until the next build: sources are newer than what is built. */
    void isStale() throws IOException {
        Files.setLastModifiedTime(root.resolve("target/built"), FileTime.from(Instant.EPOCH));
    }

    Path cache() {
        return root.resolve(".cache");
    }

    Path file(String name) {
        return root.resolve(name);
    }

    String read(String name) throws IOException {
        return Files.exists(file(name)) ? Files.readString(file(name), StandardCharsets.UTF_8) : "";
    }

    /** Both outputs go to the file {@code said} in the checkout. */
    Process start(Map<String, String> environment, String said, String... words) throws IOException {
        // A shell's background jobs ignore Ctrl-C, and so would what they start.
        ProcessBuilder quarry = new ProcessBuilder(
                "env", "--default-signal=INT", "bash", root.resolve("quarry").toString());
        quarry.command().addAll(List.of(words));
        quarry.directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(file(said).toFile());
        quarry.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        quarry.environment().put("JAVA_HOME", jdk);
        quarry.environment().put("QUARRY_CACHE", cache().toString());
        quarry.environment().put("XDG_CACHE_HOME", root.resolve("home").toString());
        quarry.environment().putAll(environment);
        return quarry.start();
    }
}
