package dev.quarry.activity.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.activity.job.Ticket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that a test wants word by word. */
@SuppressWarnings("NullAway.Init") // filled in before each test
class EcsAnswersTest {
    private static final String TICKET = "qt_secret-of-this-job";
    private static final int CUT = -1;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile int status = 200;
    private volatile String body = "{}";
    private HttpServer server;
    private EcsJobBackend backend;

    @BeforeEach
    void start() throws IOException {
        System.setProperty("aws.accessKeyId", "none");
        System.setProperty("aws.secretAccessKey", "none");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        backend = new EcsJobBackend(EcsEmulator.config(address, EcsCapacity.LaunchType.FARGATE));
    }

    @AfterEach
    void stop() {
        backend.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
        exchange.getRequestBody().readAllBytes();
        if (status != CUT) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private void refuse(int code, String kind, String message) {
        status = code;
        body = "{\"__type\":\"" + kind + "\",\"message\":\"" + message + "\"}";
    }

    private static JobSpec spec() {
        return new JobSpec(
                new JobId("q-unit-1"),
                "demo",
                EcsEmulator.DEFINITION,
                List.of(),
                "http://api",
                new Ticket(TICKET),
                100,
                64,
                64,
                Duration.ofSeconds(60),
                null,
                Map.of());
    }

    private void isTriedAgain(String word) {
        assertThatThrownBy(() -> backend.submit(spec()))
                .isInstanceOf(JobBackendException.class)
                .hasMessageContaining("run task q-unit-1")
                .hasMessageContaining(word)
                .hasMessageNotContaining(TICKET);
    }

    @Test
    void whatMayGetBetterIsTriedAgainAndSaysWhatWasAskedOfWhom() {
        refuse(400, "ThrottlingException", "Rate exceeded");
        isTriedAgain("Rate exceeded");
        refuse(400, "AccessDeniedException", "not authorized");
        isTriedAgain("not authorized");
        refuse(400, "ClusterNotFoundException", "Cluster not found.");
        isTriedAgain("Cluster not found.");
        refuse(400, "ClientException", "The quota of tasks in the PROVISIONING state per cluster has been reached");
        isTriedAgain("PROVISIONING");
        refuse(500, "ServerException", "Service Unavailable");
        isTriedAgain("Service Unavailable");
        status = 502;
        body = "<html>bad gateway</html>";
        isTriedAgain("502");
    }

    @Test
    void whatNeverGetsBetterIsRejected() {
        refuse(400, "InvalidParameterException", "Override too long");
        assertThatThrownBy(() -> backend.submit(spec()))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("Override too long");
        refuse(400, "ClientException", "No Fargate configuration exists for given values.");
        assertThatThrownBy(() -> backend.submit(spec())).isInstanceOf(JobRejectedException.class);
    }

    @Test
    void aCallWhoseReplyIsLostIsNotSentAgainBehindOurBack() {
        status = CUT;
        assertThatThrownBy(() -> backend.submit(spec())).isInstanceOf(JobBackendException.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void aConflictWithNoTaskIsAJobThatFoundNoPlace() throws Exception {
        refuse(400, "ConflictException", "in use");
        JobHandle handle = backend.submit(spec());
        assertThat(backend.statuses(List.of(handle)))
                .extractingByKey(handle)
                .extracting(JobStatus::state)
                .isEqualTo(State.NOT_PLACED);
        backend.stop("demo", new JobId("q-unit-1"), Optional.of(handle));
        assertThat(requests).hasSize(1);
    }

    @Test
    void stoppingWhatEcsHasForgottenIsNoErrorAndEveryOtherRefusalIs() {
        JobHandle handle = new JobHandle("arn:aws:ecs:us-east-1:123456789012:task/quarry/1");
        refuse(400, "InvalidParameterException", "The referenced task was not found.");
        backend.stop("demo", new JobId("q-unit-1"), Optional.of(handle));
        refuse(400, "ThrottlingException", "Rate exceeded");
        assertThatThrownBy(() -> backend.stop("demo", new JobId("q-unit-1"), Optional.of(handle)))
                .isInstanceOf(JobBackendException.class);
    }

    @Test
    void aRefusedStartSaysWhichSettingsToLookAt() {
        refuse(400, "UnrecognizedClientException", "The security token included in the request is invalid.");
        assertThatThrownBy(backend::reached)
                .hasMessageContaining("security token")
                .hasMessageContaining("QUARRY_ECS_CLUSTER")
                .hasMessageContaining("AWS_REGION");
    }
}
