package dev.quarry.container.extractor;

import dev.quarry.container.AgentEnvironment;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts extractor processes: the one place where a command line is wrapped to take rights away from it. Which wrappings are active is
 * recorded with every extraction.
 */
public final class ExtractorLaunch {
    private static final List<Path> PROGRAM_FOLDERS = List.of(Path.of("/usr/bin"), Path.of("/bin"));
    private static final long OPEN_FILES = 4096;
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern HARD_OPEN_FILES = Pattern.compile("(?m)^Max open files +\\S+ +(\\d+) ");

    private final AgentEnvironment environment;
    private final String classPath;
    private final ProcessGroups groups;
    private final long openFiles;
    // The kernel delivers a parent-death signal when the *thread* that forked ends, so one thread that never ends
    // starts them all.
    private final ExecutorService spawner = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "spawner");
        thread.setDaemon(true);
        return thread;
    });

    public ExtractorLaunch(AgentEnvironment environment) throws IOException {
        this.environment = environment;
        this.classPath = classPath(environment.image().resolve("lib/extractors"));
        this.groups = new ProcessGroups();
        this.openFiles = openFiles(Files.isReadable(LIMITS) ? Files.readString(LIMITS) : "");
    }

    /** A started process and the rungs of isolation around it. */
    record Launched(Process process, List<String> isolation, Runnable kill) {}

    /**
     * @param folder the process's own: working directory, home and place for temporary files
     * @param request for an extractor that is started once for each file, else null
     */
    Launched start(ExtractorManifest manifest, Path folder, @Nullable ExtractorRequest request)
            throws IOException, InterruptedException {
        List<String> isolation = new ArrayList<>(List.of("clean-environment"));
        List<String> command = wrapped(manifest, isolation);
        command.addAll(command(manifest, folder, request));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(variables(folder));
        if (request != null) {
            builder.redirectInput(new File("/dev/null"));
        }
        Process process = spawn(builder);
        groups.add(process.pid());
        return new Launched(process, List.copyOf(isolation), () -> groups.kill(process));
    }

    private Process spawn(ProcessBuilder builder) throws IOException, InterruptedException {
        try {
            return spawner.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException("Cannot start " + builder.command() + ": " + e.getCause(), e.getCause());
        }
    }

    private List<String> wrapped(ExtractorManifest manifest, List<String> isolation) {
        List<String> command = new ArrayList<>();
        Path prlimit = program("prlimit");
        if (prlimit != null) {
            command.addAll(List.of(prlimit.toString(), "--core=0", "--nofile=" + openFiles));
            if (environment.diskMb() > 0) {
                command.add("--fsize=" + ((long) environment.diskMb() << 20));
            }
            if (manifest.command().stream().noneMatch(word -> word.contains("${memoryMb}"))) {
                long bytes = (long) manifest.limits().memoryMbIn(environment.memoryMb()) << 20;
                command.add("--as=" + bytes);
            }
            isolation.add("limits");
        }
        Path setpriv = program("setpriv");
        if (setpriv != null) {
            command.addAll(List.of(setpriv.toString(), "--no-new-privs", "--pdeathsig", "KILL", "--"));
            isolation.add("no-new-privileges");
            isolation.add("dies-with-agent");
        }
        Path setsid = program("setsid");
        if (setsid != null) {
            command.add(setsid.toString());
            isolation.add("own-session");
        }
        return command;
    }

    private List<String> command(ExtractorManifest manifest, Path folder, @Nullable ExtractorRequest request) {
        List<String> command = new ArrayList<>();
        for (String word : manifest.command()) {
            command.add(filled(word, manifest, folder, request));
        }
        if (request != null && manifest.command().stream().noneMatch(word -> word.contains("${input}"))) {
            command.add(request.input().toString());
            command.add(request.output().toString());
        }
        return command;
    }

    private String filled(String word, ExtractorManifest manifest, Path folder, @Nullable ExtractorRequest request) {
        String filled = word.replace(
                        "${java}",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .replace("${image}", environment.image().toString())
                .replace("${folder}", manifest.folder().toString())
                .replace("${classPath}", classPath)
                .replace("${cds}", cds(manifest))
                .replace("${scratch}", folder.toString())
                .replace("${memoryMb}", String.valueOf(manifest.limits().memoryMbIn(environment.memoryMb())));
        if (request == null) {
            return filled;
        }
        return filled.replace("${input}", request.input().toString())
                .replace("${output}", request.output().toString());
    }

    /** A JVM that the archive does not fit, or that finds none, starts without. */
    private String cds(ExtractorManifest manifest) {
        String archive = environment.image() + "/cds/" + manifest.process() + ".jsa";
        return (environment.training() ? "-XX:ArchiveClassesAtExit=" : "-XX:SharedArchiveFile=") + archive;
    }

    private static Map<String, String> variables(Path folder) {
        return Map.of(
                "PATH",
                "/usr/local/bin:/usr/bin:/bin",
                "LANG",
                "C.UTF-8",
                "HOME",
                folder.toString(),
                "TMPDIR",
                folder.toString());
    }

    /** Without privileges a hard limit is only ever lowered, and a container's may be below ours. */
    static long openFiles(String limits) {
        Matcher hard = HARD_OPEN_FILES.matcher(limits);
        return hard.find() ? Math.min(OPEN_FILES, Long.parseLong(hard.group(1))) : OPEN_FILES;
    }

    private static @Nullable Path program(String name) {
        for (Path folder : PROGRAM_FOLDERS) {
            if (Files.isExecutable(folder.resolve(name))) {
                return folder.resolve(name);
            }
        }
        return null;
    }

    /** Sorted, because class-data sharing wants the very class path that the archive was made with. */
    private static String classPath(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return "";
        }
        try (Stream<Path> jars = Files.list(folder)) {
            return String.join(
                    File.pathSeparator, jars.map(Path::toString).sorted().toList());
        }
    }
}
