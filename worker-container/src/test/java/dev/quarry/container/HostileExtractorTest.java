package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An extractor under an attacker's control. Each attack has a twin that differs only in the attacked property: the same program outside
 * the sandbox, or the same act within its rights.
 */
class HostileExtractorTest extends AgentTest {
    private static final Path PROGRAM =
            Path.of("src/test/extractors/hostile/hostile.pl").toAbsolutePath();

    /** As a user of its own, which an agent that is root gives it; and as the agent's, where the kernel must do all of it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "0"})
    void readsNothingOfTheAgentNorWhatItWasNotHandedNorRunsWhatItWrote(String uid) throws Exception {
        given("QUARRY_EXTRACTOR_UID", uid);
        Path secret = Files.writeString(
                Files.createDirectories(folder.resolve("scratch")).resolve("secret"), "x");
        Map<String, String> attacks = new LinkedHashMap<>();
        attacks.put("agent environ", "read");
        attacks.put("agent cmdline", "read");
        attacks.put("agent maps", "read");
        attacks.put("read " + secret, "read");
        attacks.put("execute", "executed");
        attacks.put("change", "changed");
        List<String> all = new ArrayList<>(attacks.keySet());
        all.add("agent mem");
        all.add("read "
                + folder.resolve("scratch/input/" + all.size() + "/input.bin")); // its own download, so it is there
        int refused = all.size();
        all.addAll(List.of("read /proc/self/mem", "input"));
        api.extractors("hostile");
        all.forEach(attack -> api.file("a.bin", attack));

        assertThat(run()).isEqualTo(0);

        for (int n = 0; n < refused; n++) {
            assertThat(got(n)).as(all.get(n)).startsWith("refused: ").doesNotContain("No such file");
        }
        assertThat(got(refused)).as("twin of agent mem: its own").isEqualTo("read");
        assertThat(got(refused + 1)).as("what was handed over").isEqualTo("read");
        succeedOutside(attacks);
    }

    /** Landlock knows none of these; where the user is the agent's nothing else would keep them from all that this user owns. */
    @ParameterizedTest
    @ValueSource(strings = {"", "0"})
    void changesNoModeOwnerTimeOrAttributeAndWatchesNothing(String uid) throws Exception {
        given("QUARRY_EXTRACTOR_UID", uid);
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        Path other = Files.writeString(scratch.resolve("other"), "of another job");
        Map<String, String> attacks = new LinkedHashMap<>();
        for (Path path : List.of(other, scratch)) {
            attacks.put("mode " + path, "changed");
            attacks.put("own " + path, "changed");
            attacks.put("times " + path, "changed");
            attacks.put("label " + path, "changed");
            attacks.put("watch " + path, "watching");
        }
        attacks.put("opened", "changed");
        List<String> all = List.copyOf(attacks.keySet());
        api.extractors("hostile");
        all.forEach(attack -> api.file("a.bin", attack));
        api.file("a.bin", "input");

        assertThat(run()).isEqualTo(0);

        for (int n = 0; n < all.size(); n++) {
            assertThat(got(n)).as(all.get(n)).isEqualTo("refused: Operation not permitted");
        }
        assertThat(got(all.size())).as("the batch goes on").isEqualTo("read");
        succeedOutside(attacks);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0"})
    void leavesNoMemoryAndNoMessagesBehind(String uid) throws Exception {
        given("QUARRY_EXTRACTOR_UID", uid);
        api.extractors("hostile").file("a.bin", "shared").file("a.bin", "queue").file("a.bin", "input");

        assertThat(run()).isEqualTo(0);

        assertThat(got(0)).isEqualTo("refused: Operation not permitted");
        assertThat(got(1)).isEqualTo("refused: Operation not permitted");
        assertThat(got(2)).as("the batch goes on").isEqualTo("read");
        succeedOutside(Map.of("shared", "made", "queue", "made"));
    }

    /** The API is away while the extractor, which is alive and has the file open, changes what the agent has read once already. */
    @ParameterizedTest
    @CsvSource({
        "append, INDEXED, ''",
        "truncate, FAILED(EXTRACTOR_ERROR), shorter",
        "overwrite, FAILED(EXTRACTOR_ERROR), others"
    })
    void whatItDoesToItsOutputAfterItsAnswerHurtsThatFileAlone(String how, String outcome, String words)
            throws Exception {
        given("QUARRY_PATIENCE", "PT20S");
        Fault away = Fault.refuse(503, "away");
        api.extractors("hostile").file("a.bin", "later " + how).file("a.bin", "files 3");
        api.fail(JobApiDouble.Call.ARTIFACT, away, away, away, away, away, away);

        assertThat(run()).isEqualTo(0);

        assertThat(api.outcome(0)).isEqualTo(outcome);
        assertThat(api.done(0).path("detail").asText()).contains(words);
        if (outcome.equals("INDEXED")) {
            assertThat(api.artifacts.get("0/artifacts/hostile/a")).asString().isEqualTo("x".repeat(1000));
        }
        assertThat(api.outcome(1)).as("the batch goes on").isEqualTo("INDEXED");
        assertThat(api.artifacts).as("the twin's").containsKeys("1/artifacts/hostile/1", "1/artifacts/hostile/3");
    }

    @Test
    void fewBytesThatAreMillionsOfValuesDoNotEndTheAgent() throws Exception {
        List<String> bombs = List.of("nodes", "segments", "answer", "answers");
        api.extractors("hostile");
        bombs.forEach(bomb -> api.file("a.bin", bomb).file("a.bin", "input"));

        assertThat(runPatiently()).isEqualTo(0);

        for (int n = 0; n < bombs.size(); n++) {
            assertThat(api.outcome(2 * n)).as(bombs.get(n)).isEqualTo("FAILED(EXTRACTOR_ERROR)");
            assertThat(api.done(2 * n).path("detail").asText()).as(bombs.get(n)).contains("more than");
            assertThat(got(2 * n + 1)).as("the batch goes on").isEqualTo("read");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0"})
    void sendsNothingThroughAnySocket(String uid) throws Exception {
        given("QUARRY_EXTRACTOR_UID", uid);
        try (Eavesdropper network = new Eavesdropper(folder)) {
            List<String> attacks = network.attacks();
            assertThat(attacks).hasSizeGreaterThanOrEqualTo(6);
            api.extractors("hostile");
            attacks.forEach(attack -> api.file("a.bin", attack));
            api.file("good.bin", "input");

            assertThat(run()).isEqualTo(0);

            for (int n = 0; n < attacks.size(); n++) {
                assertThat(got(n)).as(attacks.get(n)).isEqualTo("refused: Operation not permitted");
                assertThat(api.outcome(n)).as(attacks.get(n)).isEqualTo("INDEXED");
            }
            assertThat(got(attacks.size())).as("the batch goes on").isEqualTo("read");
            assertThat(network.arrived()).as("what arrived from inside").isEmpty();
            for (String attack : attacks) {
                assertThat(outside(attack)).as("twin of " + attack).isEqualTo("sent");
                assertThat(network.arrived()).as("twin of " + attack).containsExactly(attack.split(" ", 2)[0]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0"})
    void whatOverfillsTheMachineEndsAsThatFilesOutcome(String uid) throws Exception {
        given("QUARRY_EXTRACTOR_UID", uid);
        api.extractors("hostile");
        for (String attack :
                List.of("fork 200", "fork 10", "files 1000000", "files 50", "deep 3000", "shut", "input", "deep 3")) {
            api.file("a.bin", attack);
        }

        assertThat(runPatiently()).isEqualTo(0);

        assertThat(api.outcome(0)).isEqualTo("FAILED(EXTRACTOR_ERROR)");
        assertThat(api.done(0).path("detail").asText()).contains("processes");
        assertThat(api.outcome(1)).as("ten processes").isEqualTo("INDEXED");
        assertThat(api.outcome(2)).isEqualTo("FAILED(EXTRACTOR_ERROR)");
        assertThat(api.done(2).path("detail").asText()).contains("files");
        assertThat(api.outcome(3)).as("fifty artifacts").isEqualTo("INDEXED");
        assertThat(api.outcome(4))
                .as("folders nested deeper than the agent looks, where it would not see what is written")
                .isEqualTo("FAILED(EXTRACTOR_ERROR)");
        assertThat(api.done(4).path("detail").asText()).contains("cannot look into");
        assertThat(api.outcome(5))
                .as("a folder without rights is no artifact, also where the agent is root and can look into it")
                .isEqualTo("FAILED(EXTRACTOR_ERROR)");
        assertThat(got(6)).as("the agent goes on").isEqualTo("read");
        assertThat(api.outcome(7)).as("three deep").isEqualTo("INDEXED");
        try (java.util.stream.Stream<Path> left = Files.list(folder.resolve("scratch"))) {
            assertThat(left).as("what is left of it all").isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0"})
    void outputWithoutEndOrThatIsNoFileFailsThatFileAlone(String uid) throws Exception {
        given("QUARRY_EXTRACTOR_UID", uid);
        api.extractors("hostile");
        for (String attack : List.of("flood", "input", "sparse", "input", "fifo", "linked", "input")) {
            api.file("a.bin", attack);
        }

        assertThat(run()).isEqualTo(0);

        assertThat(api.outcome(0)).isEqualTo("FAILED(EXTRACTOR_ERROR)");
        assertThat(api.done(0).path("detail").asText()).contains("stdout and stderr");
        assertThat(api.outcome(2)).as("four terabytes of nothing").isEqualTo("FAILED(EXTRACTOR_ERROR)");
        assertThat(api.done(2).path("detail").asText()).contains("MB");
        assertThat(got(4)).isEqualTo("refused: Permission denied");
        assertThat(outside("fifo")).as("twin of fifo").isEqualTo("made");
        assertThat(api.outcome(5)).isEqualTo("FAILED(EXTRACTOR_ERROR)");
        assertThat(api.done(5).path("detail").asText()).contains("artifacts is not a directory");
        for (int n : new int[] {1, 3, 6}) {
            assertThat(api.outcome(n)).as("the batch goes on").isEqualTo("INDEXED");
        }
    }

    /** As a user of its own, whose processes the kernel counts; where it is the agent's, the agent alone counts, each second. */
    @Test
    void aForkBombGoesOffInItsOwnGroupAndIsGoneWithIt() throws Exception {
        api.extractors("hostile").file("a.bin", "input").file("a.bin", "bomb").file("a.bin", "input");

        assertThat(runPatiently()).isEqualTo(0);

        assertThat(api.outcome(1)).isEqualTo("FAILED(EXTRACTOR_ERROR)");
        assertThat(api.done(1).path("detail").asText()).contains("processes");
        assertThat(api.outcome(0)).isEqualTo("INDEXED");
        assertThat(api.outcome(2)).as("the batch goes on").isEqualTo("INDEXED");
        assertThat(processesOf(folder)).as("what is left of it").isEmpty();
    }

    @Test
    void withALauncherThatTakesNothingAwayTheJobRefusesToRun() throws Exception {
        given("QUARRY_IMAGE", imageWithout("exec \"$@\"").toString());
        api.extractors("hostile").file("a.bin", "input");

        assertThat(run()).isEqualTo(12);
        assertThat(agent().log())
                .contains("agent-hidden", "files-hidden", "no-sockets", "no-execution", "QUARRY_ISOLATION_MINIMUM");
        assertThat(api.calls(JobApiDouble.Call.CLAIM))
                .as("the ticket is not used up")
                .isZero();
    }

    @Test
    void anOperatorMayLowerTheMinimumAndTheRecordSaysWhatWasMissing() throws Exception {
        given("QUARRY_IMAGE", imageWithout("exec \"$@\"").toString());
        given("QUARRY_ISOLATION_MINIMUM", "none");
        api.extractors("hostile").file("a.bin", "agent environ").file("a.bin", "execute");

        assertThat(run()).isEqualTo(0);
        assertThat(got(0)).as("so it is the launcher that refuses").isEqualTo("read");
        assertThat(got(1)).as("so it is the launcher that refuses").isEqualTo("executed");
        assertThat(api.extraction(0, "hostile").path("isolation").toString())
                .contains("closed-descriptors")
                .doesNotContain("agent-hidden")
                .doesNotContain("no-sockets");
    }

    private void succeedOutside(Map<String, String> attacks) throws IOException, InterruptedException {
        for (Map.Entry<String, String> attack : attacks.entrySet()) {
            assertThat(outside(attack.getKey()))
                    .as("twin of " + attack.getKey())
                    .isEqualTo(attack.getValue());
        }
    }

    private String got(int n) {
        return api.extraction(n, "hostile").path("metadata").path("got").asText();
    }

    /** The real programs, but a launcher that ends with these words. */
    private Path imageWithout(String words) throws IOException {
        Path image = Files.createDirectories(folder.resolve("image"));
        for (String part : List.of("lib", "extractors")) {
            Files.createSymbolicLink(image.resolve(part), TestImage.folder().resolve(part));
        }
        Path bin = Files.createDirectories(image.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("quarry-probe"), TestImage.folder().resolve("bin/quarry-probe"));
        Path launcher = Files.writeString(
                bin.resolve("quarry-launcher"),
                "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\nshift\n" + words + "\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        return image;
    }

    /** The same program with nothing around it, its parent being this test. */
    private String outside(String attack) throws IOException, InterruptedException {
        Path input = Files.writeString(folder.resolve("input"), attack);
        Path output = Files.createDirectories(folder.resolve("output"));
        Process perl = new ProcessBuilder("/usr/bin/perl", PROGRAM.toString()).start();
        perl.getOutputStream()
                .write(("{\"input\":\"" + input + "\",\"output\":\"" + output + "\"}\n")
                        .getBytes(StandardCharsets.UTF_8));
        perl.getOutputStream().close();
        String answer = new String(perl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        perl.waitFor();
        return answer.replaceAll("(?s).*\"got\":\"([^\"]*)\".*", "$1");
    }

    private static List<String> processesOf(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        try (java.nio.file.DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
                    if (line.contains(PROGRAM.getFileName().toString())
                            && Files.readSymbolicLink(process.resolve("cwd")).startsWith(folder)) {
                        found.add(process + " " + line);
                    }
                } catch (IOException gone) {
                    // then it is not left
                }
            }
        }
        return found;
    }
}
