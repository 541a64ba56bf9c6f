package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A process with a heap of 256 MiB, which ends when that is used up, outlives whatever bodies it is sent. */
class SmallHeapTest {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final RunningApi API = RunningApi.shared();
    private static final List<Integer> PORTS = new ArrayList<>();
    private static Process process;

    private final Victim victim = Victim.running();

    @BeforeAll
    static void start() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.quarry.proxy.ProxyApi"));
        command.addAll(API.commandLine());
        for (String listener : List.of("control", "job", "public")) {
            PORTS.add(freePort());
            command.add("--quarry." + listener + ".port=" + PORTS.get(PORTS.size() - 1));
        }
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(API.home().resolve("small-heap.log").toFile())
                .start();
        Instant deadline = Instant.now().plus(Duration.ofMinutes(2));
        while (health() != 200 && process.isAlive() && Instant.now().isBefore(deadline)) {
            process.waitFor(100, TimeUnit.MILLISECONDS);
        }
        assertThat(health()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        process.destroy();
    }

    @Test
    void endlessFormsWithoutATokenDoNotEndIt() throws Exception {
        byte[] piece = ("a".repeat(64 * 1024)).getBytes(StandardCharsets.US_ASCII);
        List<Long> sent = AtOnce.all(9, i -> {
            Call call = Call.of(Listener.JOB, "PUT", victim.artifact(0, "x").target())
                    .with("Content-Type: application/x-www-form-urlencoded")
                    .with("Transfer-Encoding: chunked");
            long count = 0;
            try (Socket socket = new Socket("127.0.0.1", PORTS.get(i % PORTS.size()))) {
                OutputStream out = socket.getOutputStream();
                out.write(call.head().getBytes(StandardCharsets.US_ASCII));
                while (count < 100L * MEBIBYTE) {
                    out.write("10000\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.write(piece);
                    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                    count += piece.length;
                }
            } catch (IOException hungUp) {
                return count;
            }
            return count;
        });
        assertThat(sent).allMatch(count -> count < 50L * MEBIBYTE);
        assertServes();
    }

    @Test
    void manyBodiesThatAreAnnouncedAndNeverComeTakeNothing() throws Exception {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Socket socket = new Socket("127.0.0.1", PORTS.get(1));
            idle.add(socket);
            socket.getOutputStream()
                    .write(Victim.running()
                            .artifact(0, "x")
                            .with("Content-Length: " + 32 * MEBIBYTE)
                            .head()
                            .getBytes(StandardCharsets.US_ASCII));
        }
        assertServes();
        for (Socket socket : idle) {
            socket.close();
        }
    }

    @Test
    void thousandsOfConnectionsThatSayNothingAreNotAllTaken() throws Exception {
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 4_000 && connected(silent, PORTS.get(1)); i++) {
            assertThat(process.isAlive()).isTrue();
        }
        assertThat(silent).hasSizeGreaterThan(1_000).hasSizeLessThan(3_000);
        for (Socket socket : silent) {
            socket.close();
        }
        assertServes();
    }

    /** One that is not taken waits for its turn in the kernel, and when many do, is not answered there. */
    private static boolean connected(List<Socket> open, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 2_000);
            open.add(socket);
            return true;
        } catch (SocketTimeoutException full) {
            socket.close();
            return false;
        }
    }

    @Test
    void manyLargeBodiesAtOnceAreTakenOneAfterTheOtherOrLater() throws Exception {
        List<Victim> victims = List.of(victim, Victim.running(), Victim.running(), Victim.running());
        byte[] arrays = Victim.started(0)
                .replace("}", ",\"x\":[[]" + ",[]".repeat(5 * MEBIBYTE) + "]}")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] large = new byte[31 * MEBIBYTE];
        List<Integer> statuses = AtOnce.all(24, i -> {
            Victim sender = victims.get(i % victims.size());
            Call call = i % 2 == 0
                    ? sender.results().sending(arrays)
                    : sender.artifact(0, "large" + i).sending(large);
            return send(PORTS.get(1), call).status();
        });
        assertThat(statuses).contains(200).isSubsetOf(200, 429, 503);
        assertServes();
    }

    private void assertServes() {
        assertThat(process.isAlive()).isTrue();
        assertThat(send(PORTS.get(1), victim.results(Victim.started(1)))
                        .lastLine()
                        .status())
                .isEqualTo(200);
    }

    private static int health() {
        return send(PORTS.get(2), Call.get(Listener.PUBLIC, "/actuator/health")).status();
    }

    private static Reply send(int port, Call call) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(60_000);
            write(socket.getOutputStream(), call);
            return Reply.read(socket.getInputStream());
        } catch (IOException away) {
            return new Reply(0, List.of(), "");
        }
    }

    private static void write(OutputStream out, Call call) {
        try {
            out.write(call.head().getBytes(StandardCharsets.UTF_8));
            out.write(call.body());
        } catch (IOException hungUp) {
            // Refused before all of it was sent: the answer says how.
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
