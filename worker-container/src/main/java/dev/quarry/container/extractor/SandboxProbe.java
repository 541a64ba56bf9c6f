package dev.quarry.container.extractor;

import dev.quarry.container.AgentEnvironment;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Looks at a sandbox from inside: src/main/c/probe.c tries what an extractor must not be able to do. Takes some milliseconds. */
final class SandboxProbe {
    private static final long PATIENCE_SECONDS = 20;
    private static final String USABLE = "usable";

    /** @param words what the launcher or the probe said went wrong, empty if nothing */
    record Finding(boolean usable, Set<Rung> rungs, String words) {}

    private final AgentEnvironment environment;
    private final Spawner spawner;

    SandboxProbe(AgentEnvironment environment, Spawner spawner) {
        this.environment = environment;
        this.spawner = spawner;
    }

    /** @param inputs where items lie that are not handed over yet */
    Finding look(Sandbox sandbox, Path processes, Path inputs) throws IOException, InterruptedException {
        Path root = processes.resolve("probe/" + sandbox.uid());
        Path handed = Files.writeString(inputs.resolve("probe"), "handed over");
        Path other = Files.writeString(inputs.resolve("probe-other"), "not handed over");
        try {
            ProcessFolder folder = ProcessFolder.create(root, sandbox.uid());
            ExtractorRequest request = folder.handOver(new ExtractorRequest(handed, root, "probe", 1));
            List<String> command = sandbox.aroundProbe(folder);
            command.addAll(List.of(
                    environment.image().resolve("bin/quarry-probe").toString(),
                    String.valueOf(ProcessHandle.current().pid()),
                    String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
                    request.input().toString(),
                    request.output().toString(),
                    other.toString()));
            Finding finding = finding(spawner.start(command, folder.tmp(), true));
            ScratchFolder.delete(root);
            boolean cleared =
                    !Files.exists(root); // root without its capabilities cannot remove what another user wrote
            return new Finding(finding.usable() && cleared, finding.rungs(), finding.words());
        } catch (IOException e) {
            return new Finding(false, Set.of(), String.valueOf(e.getMessage()));
        } finally {
            ScratchFolder.delete(processes.resolve("probe"));
            Files.deleteIfExists(handed);
            Files.deleteIfExists(other);
        }
    }

    private static Finding finding(Process process) throws IOException, InterruptedException {
        Set<String> names = new HashSet<>();
        String words;
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII);
                BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Finding(false, Set.of(), "the probe did not end within " + PATIENCE_SECONDS + " s");
            }
            lines.lines().forEach(names::add);
            words = errors.lines().limit(3).collect(Collectors.joining("; "));
        }
        Set<Rung> rungs = EnumSet.noneOf(Rung.class);
        for (Rung rung : Rung.values()) {
            if (names.contains(rung.label())) {
                rungs.add(rung);
            }
        }
        return new Finding(names.contains(USABLE) && process.exitValue() == 0, rungs, words);
    }
}
