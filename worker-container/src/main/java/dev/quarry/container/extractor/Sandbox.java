package dev.quarry.container.extractor;

import dev.quarry.container.AgentEnvironment;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an extractor may still do, as a command line of the launcher (src/main/c/launcher.c), which takes away the rest. */
final class Sandbox {
    private static final List<String> PROGRAMS =
            List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store");
    // Configuration that programs will not start without, and nothing that says who uses this machine.
    private static final List<String> CONFIGURATION = List.of(
            "/etc/ld.so.cache",
            "/etc/alternatives",
            "/etc/fonts",
            "/etc/perl",
            "/etc/localtime",
            "/etc/timezone",
            "/etc/mime.types",
            "/etc/magic",
            "/proc/cpuinfo",
            "/proc/meminfo");
    private static final int OPEN_FILES = 4096;
    // A backstop: all processes and threads of the user count together, or twice what it has already (root's are not
    // counted). The agent
    // counts each extractor's own.
    private static final int PROCESSES_OF_THE_USER = 2048;

    private final AgentEnvironment environment;
    private final int uid;
    private final List<String> always = new ArrayList<>();

    /** @param uid the user to run extractors as, or 0 for the agent's own */
    Sandbox(AgentEnvironment environment, List<Path> classPath, int uid) throws IOException {
        this.environment = environment;
        this.uid = uid;
        always.add(environment.image().resolve("bin/quarry-launcher").toString());
        if (!environment.isolationMinimum().containsAll(Rung.DEFAULT_MINIMUM)) {
            always.add("--best-effort");
        }
        if (uid != 0) {
            always.addAll(List.of("--uid", String.valueOf(uid)));
        }
        always.addAll(List.of("--limit", "nofile=" + OPEN_FILES));
        always.addAll(List.of("--limit", "nproc=" + PROCESSES_OF_THE_USER));
        if (environment.diskMb() > 0) {
            always.addAll(List.of("--limit", "fsize=" + ((long) environment.diskMb() << 20)));
        }
        programs(classPath).forEach(path -> allow(always, "--run", path));
        configuration().forEach(path -> allow(always, "--read", path));
        if (environment.training()) {
            allow(always, "--write", environment.image().resolve("cds"));
        }
    }

    int uid() {
        return uid;
    }

    /** The beginning of a command line; the program comes after it. */
    List<String> around(ExtractorManifest manifest, ProcessFolder folder) throws IOException {
        List<String> command = new ArrayList<>(always);
        allow(command, "--run", manifest.folder().toRealPath());
        for (Path path : manifest.reads()) {
            allow(command, "--run", path.toRealPath());
        }
        if (manifest.command().stream().noneMatch(word -> word.contains("${memoryMb}"))) {
            long bytes = (long) manifest.limits().memoryMbIn(environment.memoryMb()) << 20;
            command.addAll(List.of("--limit", "as=" + bytes));
        }
        if (manifest.mode() == ExtractorManifest.Mode.ONCE) {
            long seconds =
                    manifest.limits().total().toSeconds() * Runtime.getRuntime().availableProcessors();
            command.addAll(List.of("--limit", "cpu=" + seconds));
        }
        return within(command, folder);
    }

    List<String> aroundProbe(ProcessFolder folder) {
        return within(new ArrayList<>(always), folder);
    }

    private static List<String> within(List<String> command, ProcessFolder folder) {
        allow(command, "--read", folder.in());
        allow(command, "--write", folder.out());
        allow(command, "--write", folder.tmp());
        command.add("--");
        return command;
    }

    private static void allow(List<String> command, String how, Path path) {
        command.add(how);
        command.add(path.toString());
    }

    private Set<Path> programs(List<Path> classPath) throws IOException {
        Set<Path> programs = new LinkedHashSet<>();
        for (String path : PROGRAMS) {
            addIfThere(programs, Path.of(path));
        }
        Path image = environment.image().toRealPath();
        programs.add(image);
        programs.add(image.resolve("bin").toRealPath());
        programs.add(Path.of(System.getProperty("java.home")).toRealPath());
        for (Path path : classPath) {
            Path real = path.toRealPath();
            if (!real.startsWith(image)) {
                programs.add(real);
            }
        }
        return programs;
    }

    private static Set<Path> configuration() throws IOException {
        Set<Path> configuration = new LinkedHashSet<>();
        for (String path : CONFIGURATION) {
            addIfThere(configuration, Path.of(path));
        }
        // Debian keeps a JDK's configuration here, and it does not start without.
        try (DirectoryStream<Path> java = Files.newDirectoryStream(Path.of("/etc"), "java*")) {
            for (Path path : java) {
                addIfThere(configuration, path);
            }
        }
        return configuration;
    }

    private static void addIfThere(Set<Path> paths, Path path) throws IOException {
        if (Files.exists(path)) {
            paths.add(path.toRealPath());
        }
    }
}
