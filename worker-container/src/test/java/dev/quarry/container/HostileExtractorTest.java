package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        attacks.put("read " + secret, "read");
        attacks.put("execute", "executed");
        attacks.put("change", "changed");
        List<String> noTwinHere =
                List.of("agent mem", "agent maps", "read " + folder.resolve("scratch/input/6/input.bin"));
        List<String> all = new ArrayList<>(attacks.keySet());
        all.addAll(noTwinHere);
        all.add("input");
        all.set(6, noTwinHere.get(2)); // item 6 reads its own download where it lies, so it is surely there
        all.set(7, noTwinHere.get(1));
        api.extractors("hostile");
        all.forEach(attack -> api.file("a.bin", attack));

        assertThat(run()).isEqualTo(0);

        for (int n = 0; n < all.size() - 1; n++) {
            assertThat(got(n)).as(all.get(n)).startsWith("refused: ").doesNotContain("No such file");
        }
        assertThat(got(all.size() - 1)).as("what was handed over").isEqualTo("read");
        for (Map.Entry<String, String> attack : attacks.entrySet()) {
            assertThat(outside(attack.getKey()))
                    .as("twin of " + attack.getKey())
                    .isEqualTo(attack.getValue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0"})
    void sendsNothingThroughAnySocket(String uid) throws Exception {
        given("QUARRY_EXTRACTOR_UID", uid);
        Path name = folder.resolve("socket");
        try (ServerSocket tcp4 = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
                DatagramSocket udp4 = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
                @Nullable ServerSocket tcp6 = ipv6();
                ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            unix.bind(UnixDomainSocketAddress.of(name));
            unix.configureBlocking(false);
            Files.setPosixFilePermissions(name, PosixFilePermissions.fromString("rwxrwxrwx"));
            List<String> attacks = new ArrayList<>(
                    List.of("tcp4 " + tcp4.getLocalPort(), "udp4 " + udp4.getLocalPort(), "unix " + name));
            attacks.add("tcp6 " + (tcp6 == null ? 9 : tcp6.getLocalPort()));
            api.extractors("hostile");
            attacks.forEach(attack -> api.file("a.bin", attack));

            assertThat(run()).isEqualTo(0);

            for (int n = 0; n < attacks.size(); n++) {
                assertThat(got(n)).as(attacks.get(n)).isEqualTo("refused: Operation not permitted");
            }
            assertThat(arrived(tcp4, udp4, unix)).as("what arrived from inside").isZero();
            for (String attack : attacks.subList(0, tcp6 == null ? 3 : 4)) {
                assertThat(outside(attack)).as("twin of " + attack).isEqualTo("sent");
            }
            assertThat(arrived(tcp4, udp4, unix))
                    .as("what arrived from outside")
                    .isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0"})
    void whatOverfillsTheMachineEndsAsThatFilesOutcome(String uid) throws Exception {
        given("QUARRY_EXTRACTOR_UID", uid);
        api.extractors("hostile");
        for (String attack :
                List.of("fork 200", "fork 10", "files 25000", "files 50", "deep 3000", "shut", "input", "deep 3")) {
            api.file("a.bin", attack);
        }

        assertThat(run()).isEqualTo(0);

        assertThat(api.outcome(0)).isEqualTo("FAILED(EXTRACTOR_ERROR)");
        assertThat(api.done(0).path("detail").asText()).contains("processes");
        assertThat(api.outcome(1)).as("ten processes").isEqualTo("INDEXED");
        assertThat(api.outcome(2)).isEqualTo("FAILED(EXTRACTOR_ERROR)");
        assertThat(api.done(2).path("detail").asText()).contains("files");
        assertThat(api.outcome(3)).as("fifty artifacts").isEqualTo("INDEXED");
        assertThat(api.outcome(4))
                .as("folders nested deeper than a path may be long")
                .isEqualTo("INDEXED");
        assertThat(api.done.keySet()).as("the agent goes on").contains(5, 6, 7);
        assertThat(got(6)).isEqualTo("read");
        try (java.util.stream.Stream<Path> left = Files.list(folder.resolve("scratch"))) {
            assertThat(left).as("what is left of it all").isEmpty();
        }
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

    private static @Nullable ServerSocket ipv6() {
        try {
            return new ServerSocket(0, 5, InetAddress.getByName("::1"));
        } catch (IOException noIpv6Here) {
            return null;
        }
    }

    private static int arrived(ServerSocket tcp, DatagramSocket udp, ServerSocketChannel unix) throws IOException {
        int arrived = 0;
        tcp.setSoTimeout(200);
        udp.setSoTimeout(200);
        try {
            tcp.accept().close();
            arrived++;
        } catch (java.net.SocketTimeoutException nobody) {
            // counted as nothing
        }
        try {
            udp.receive(new DatagramPacket(new byte[100], 100));
            arrived++;
        } catch (java.net.SocketTimeoutException nothing) {
            // counted as nothing
        }
        try (@Nullable SocketChannel accepted = unix.accept()) {
            return accepted == null ? arrived : arrived + 1;
        }
    }
}
