package dev.quarry.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.testserver.TestServer;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Mutual TLS to Temporal, over real sockets. */
class TemporalOptionsTest {
    private static final Duration SOON = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    private TlsRelay.Party server;
    private TlsRelay.Party worker;
    private TlsRelay.Party stranger;
    private TestServer.PortBoundTestServer temporal;
    private TlsRelay relay;

    @BeforeEach
    void start() throws Exception {
        server = TlsRelay.Party.make(folder, "temporal");
        worker = TlsRelay.Party.make(folder, "worker");
        stranger = TlsRelay.Party.make(folder, "stranger");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        temporal = TestServer.createPortBoundServer(port);
        relay = new TlsRelay(server, worker, port);
    }

    @AfterEach
    void stop() throws Exception {
        relay.close();
        temporal.close();
    }

    @Test
    void aWorkerWithTheRightCertificateIsConnected() throws Exception {
        connect(
                trusting(server),
                "--temporal-certificate=" + worker.certificate(),
                "--temporal-private-key=" + worker.privateKey());
        connect(
                trusting(server),
                "--temporal-certificate=" + worker.certificate(),
                "--temporal-private-key=" + worker.privateKey(),
                "--temporal-server-name=temporal");
    }

    @Test
    void whoeverShowsAnotherCertificateOrNoneIsNot() {
        assertThatThrownBy(() -> connect(trusting(server))).isNotNull();
        assertThatThrownBy(() -> connect(
                        trusting(server),
                        "--temporal-certificate=" + stranger.certificate(),
                        "--temporal-private-key=" + stranger.privateKey()))
                .isNotNull();
        assertThatThrownBy(this::connect).as("no TLS at all").isNotNull();
    }

    @Test
    void aServerThatIsNotTemporalIsNotSpokenTo() {
        String[] own = {
            "--temporal-certificate=" + worker.certificate(), "--temporal-private-key=" + worker.privateKey()
        };
        assertThatThrownBy(() -> connect(trusting(stranger), own[0], own[1])).isNotNull();
        assertThatThrownBy(() -> connect(trusting(server), own[0], own[1], "--temporal-server-name=elsewhere.example"))
                .isNotNull();
    }

    @Test
    void settingsThatDoNotFitTogetherAreRefused() {
        assertThatThrownBy(() -> options("--temporal-certificate=" + worker.certificate())
                        .stubs())
                .hasMessageContaining("QUARRY_TEMPORAL_PRIVATE_KEY");
        assertThatThrownBy(() ->
                        options("--temporal-ca=" + folder.resolve("nowhere")).stubs())
                .hasMessageContaining("QUARRY_TEMPORAL_CA");
        assertThatThrownBy(() -> options("--temporal-token-file=" + folder.resolve("nowhere"))
                        .stubs())
                .hasMessageContaining("QUARRY_TEMPORAL_TOKEN_FILE");
    }

    @Test
    void anAddressOfTheWebUiThatIsNoneOrHoldsASecretIsRefusedAndNotRepeated() {
        for (String wrong :
                List.of("temporal.example", "ftp://temporal.example", "https://me:s3cret@temporal.example")) {
            assertThatThrownBy(() -> options("--temporal-ui=" + wrong).webUi())
                    .hasMessageContaining("QUARRY_TEMPORAL_UI")
                    .hasMessageNotContaining("s3cret");
        }
        assertThat(options().webUi()).isNull();
    }

    private static String trusting(TlsRelay.Party party) {
        return "--temporal-ca=" + party.certificate();
    }

    private TemporalOptions options(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "--temporal-target=127.0.0.1:" + relay.port();
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return CommandLine.populateCommand(new TemporalOptions(), all);
    }

    private void connect(String... arguments) throws Exception {
        WorkflowServiceStubs stubs =
                WorkflowServiceStubs.newServiceStubs(options(arguments).stubs());
        try {
            stubs.connect(SOON);
            assertThat(stubs.blockingStub()
                            .withDeadlineAfter(SOON.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                            .getSystemInfo(
                                    io.temporal.api.workflowservice.v1.GetSystemInfoRequest.getDefaultInstance()))
                    .isNotNull();
        } finally {
            stubs.shutdownNow();
        }
    }
}
