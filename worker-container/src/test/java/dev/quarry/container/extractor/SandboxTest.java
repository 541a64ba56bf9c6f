package dev.quarry.container.extractor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher as the probe sees it from inside. There is no assumption in here: where Landlock or seccomp is not active these tests fail,
 * so that nobody takes a build for one that tested the sandbox.
 */
class SandboxTest {
    private static final String BIN = Path.of("target/bin").toAbsolutePath() + "/";

    @TempDir
    Path folder;

    private String me = "";

    @BeforeEach
    void foldersThatAnyUserReaches() throws IOException {
        me = String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Files.writeString(Files.createDirectories(folder.resolve("in")).resolve("input"), "handed over");
        Files.writeString(folder.resolve("other"), "not handed over");
        Files.setPosixFilePermissions(
                Files.createDirectories(folder.resolve("out")), PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @Test
    void landlockAndSeccompAreActiveAndEveryRungHoldsThatNeedsNoPrivilege() throws Exception {
        assertThat(probe(List.of(), List.of()))
                .contains(
                        "usable",
                        "landlock",
                        "seccomp",
                        "agent-hidden",
                        "files-hidden",
                        "no-sockets",
                        "no-execution",
                        "closed-descriptors",
                        "limits",
                        "no-privileges",
                        "one-group",
                        "clean-environment");
    }

    @Test
    void withoutPrivilegesTheSameRungsHold() throws Exception {
        List<String> other = me.equals("0")
                ? List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")
                : List.of();
        List<String> as = me.equals("0") ? List.of("65534") : List.of();
        assertThat(probe(other, List.of(), as.isEmpty() ? me : as.get(0)))
                .contains(
                        "usable", "landlock", "seccomp", "agent-hidden", "files-hidden", "no-sockets", "no-execution");
    }

    @Test
    void rootGivesItAUserOfItsOwnAndNobodyElseCan() throws Exception {
        List<String> rungs = probe(List.of(), List.of("--uid", "1879050000"));
        if (me.equals("0")) {
            assertThat(rungs).contains("usable", "own-user", "no-privileges");
        } else {
            assertThat(rungs).as("it fails closed").isEmpty();
        }
    }

    @Test
    void withoutTheLauncherTheProbeFindsNoneOfIt() throws Exception {
        assertThat(lines(probeCommand(me)))
                .contains("usable")
                .doesNotContain(
                        "landlock",
                        "seccomp",
                        "agent-hidden",
                        "files-hidden",
                        "no-sockets",
                        "no-execution",
                        "limits",
                        "one-group");
    }

    @Test
    void anOptionNobodyKnowsAndAPathThatIsNotThereFailClosed() throws Exception {
        assertThat(probe(List.of(), List.of("--reed", "/usr"))).isEmpty();
        assertThat(probe(List.of(), List.of("--read", "/no/such/place"))).isEmpty();
        assertThat(probe(List.of(), List.of("--limit", "nofile=many"))).isEmpty();
        assertThat(probe(List.of(), List.of("--limit", "nofile=100"))).contains("usable");
    }

    /** As the agent's own user, which has other processes already; these must not use the bound up. */
    @Test
    void aForkBombIsBoundedByTheKernelAlthoughItsUserIsTheAgents() throws Exception {
        List<String> bomb = new ArrayList<>();
        if (me.equals("0")) { // whose processes are not counted
            bomb.addAll(
                    List.of("/usr/bin/setpriv", "--reuid=1879048100", "--regid=1879048100", "--clear-groups", "--"));
        }
        bomb.addAll(List.of(
                "/bin/sh",
                "-c",
                "for i in 1 2 3 4 5 6 7 8; do sleep 20 & pids=\"$pids $!\"; done; \"$@\"; kill $pids",
                "sh"));
        bomb.addAll(List.of(BIN + "quarry-launcher", "--limit", "nproc=4"));
        for (String path : new String[] {"/usr", "/bin", "/lib", "/lib64"}) {
            if (Files.exists(Path.of(path))) {
                bomb.addAll(List.of("--run", Path.of(path).toRealPath().toString()));
            }
        }
        bomb.addAll(List.of("--", "/usr/bin/perl", "-e", """
                my @started;
                while (@started < 300 && defined(my $child = fork())) {
                    if (!$child) { sleep 20; exit }
                    push @started, $child;
                }
                kill 'KILL', @started;
                print scalar(@started), "\\n";
                """));

        int started = Integer.parseInt(lines(bomb).get(0));

        assertThat(started)
                .as("the user had ten, so twice that and more, but not 300")
                .isBetween(1, me.equals("0") ? 60 : 299);
    }

    private List<String> probe(List<String> before, List<String> options) throws Exception {
        return probe(before, options, me);
    }

    private List<String> probe(List<String> before, List<String> options, String uid) throws Exception {
        List<String> command = new ArrayList<>(before);
        command.add(BIN + "quarry-launcher");
        command.addAll(List.of("--limit", "nofile=4096"));
        command.addAll(options);
        command.addAll(
                List.of("--run", BIN + "quarry-probe", "--read", folder + "/in", "--write", folder + "/out", "--"));
        command.addAll(probeCommand(uid));
        return lines(command);
    }

    private List<String> probeCommand(String uid) {
        return List.of(
                BIN + "quarry-probe",
                String.valueOf(ProcessHandle.current().pid()),
                uid,
                folder + "/in/input",
                folder + "/out",
                folder + "/other");
    }

    private static List<String> lines(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .lines()
                .toList();
        process.waitFor();
        return lines;
    }
}
