package dev.quarry.container.extractor;

import dev.quarry.container.AgentEnvironment;
import dev.quarry.container.BadEnvironmentException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts extractor processes in a sandbox. Which of its rungs hold was proven by a probe, and is recorded with every extraction. */
public final class ExtractorLaunch {
    private static final Logger LOG = LoggerFactory.getLogger(ExtractorLaunch.class);
    // Above all users that a system, a container runtime or systemd hands out, and room for the agent's pid.
    private static final int FIRST_UID = 0x70000000;

    private final AgentEnvironment environment;
    private final List<Path> classPath;
    private final Spawner spawner = new Spawner();
    private final ProcessGroups groups = new ProcessGroups();
    private final Sandbox sandbox;
    private final List<String> isolation;

    /**
     * @param processes where processes will have their folders
     * @param inputs where items lie that are not handed over yet
     * @throws BadEnvironmentException if less holds than the minimum that this job insists on
     */
    public ExtractorLaunch(AgentEnvironment environment, Path processes, Path inputs)
            throws IOException, InterruptedException {
        this.environment = environment;
        this.classPath = classPath(environment.image().resolve("lib/extractors"));
        SandboxProbe probe = new SandboxProbe(environment, spawner);
        Sandbox tried = new Sandbox(environment, classPath, uid(environment));
        SandboxProbe.Finding finding = probe.look(tried, processes, inputs);
        if (!finding.usable() && tried.uid() != 0) {
            LOG.info(
                    "extractors share the agent's user: user {} cannot be used here, or cannot reach scratch and image {}",
                    tried.uid(),
                    finding.words());
            tried = new Sandbox(environment, classPath, 0);
            finding = probe.look(tried, processes, inputs);
        }
        insist(environment.isolationMinimum(), finding);
        this.sandbox = tried;
        this.isolation = finding.rungs().stream().map(Rung::label).toList();
        LOG.info("isolation of extractors: {}", isolation);
    }

    /** A started process, the rungs of isolation around it, and what kills it with all that it started. */
    record Launched(Process process, List<String> isolation, Runnable kill) {}

    /** @param request for an extractor that is started once for each file, else null; handed over already */
    Launched start(ExtractorManifest manifest, ProcessFolder folder, @Nullable ExtractorRequest request)
            throws IOException, InterruptedException {
        List<String> command = sandbox.around(manifest, folder);
        command.addAll(command(manifest, folder.tmp(), request));
        Process process = spawner.start(command, folder.tmp(), request != null);
        groups.add(process.pid());
        return new Launched(process, isolation, () -> groups.kill(process));
    }

    ProcessFolder folder(Path root) throws IOException {
        return ProcessFolder.create(root, sandbox.uid());
    }

    /** Another user than the agent's only where the agent may choose one. */
    private static int uid(AgentEnvironment environment) throws IOException {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        if (!root || environment.training()) {
            return 0;
        }
        return environment.extractorUid() < 0
                ? FIRST_UID + (int) ProcessHandle.current().pid()
                : environment.extractorUid();
    }

    private static void insist(Set<Rung> minimum, SandboxProbe.Finding finding) {
        Set<Rung> missing = EnumSet.noneOf(Rung.class);
        missing.addAll(minimum);
        missing.removeAll(finding.rungs());
        if (!missing.isEmpty()) {
            throw new BadEnvironmentException(
                    "extractors would not be isolated as required; missing: "
                            + missing.stream().map(Rung::explained).collect(Collectors.joining(", "))
                            + (finding.words().isEmpty() ? "" : "; " + finding.words())
                            + ". Use a kernel with Landlock and seccomp, or lower QUARRY_ISOLATION_MINIMUM (at the worker: QUARRY_AGENT_ISOLATION_MINIMUM) for files that you trust");
        }
        if (!finding.usable()) {
            throw new BadEnvironmentException(
                    "an extractor cannot read what it is handed or write its output, as the probe found; "
                            + finding.words());
        }
    }

    private List<String> command(ExtractorManifest manifest, Path folder, @Nullable ExtractorRequest request) {
        List<String> command = new ArrayList<>();
        for (String word : manifest.command()) {
            command.add(filled(word, manifest, folder, request));
        }
        if (!command.get(0).startsWith("/")) {
            command.addAll(0, List.of("/usr/bin/env", "--"));
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
                .replace(
                        "${classPath}",
                        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)))
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

    /** Sorted, because class-data sharing wants the very class path that the archive was made with. */
    private static List<Path> classPath(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.sorted().toList();
        }
    }
}
