package dev.quarry.activity.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.activity.job.StubServer;
import dev.quarry.activity.job.Ticket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that a test wants word by word. */
@SuppressWarnings("NullAway.Init") // filled in before each test
class EcsAnswersTest {
    private static final String TICKET = "qt_secret-of-this-job";
    private static final String NO_INSTANCES = "No Container Instances were found in your cluster.";
    private static final int CUT = -1;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String body = "{}";
    private volatile StubServer.@Nullable Answer runTask;
    private StubServer server;
    private EcsJobBackend backend;

    @BeforeEach
    void start() throws IOException {
        System.setProperty("aws.accessKeyId", "none");
        System.setProperty("aws.secretAccessKey", "none");
        server = new StubServer(this::answer);
        backend = new EcsJobBackend(EcsEmulator.config(server.address(), EcsCapacity.LaunchType.FARGATE));
    }

    @AfterEach
    void stop() {
        backend.close();
        server.close();
    }

    private StubServer.Answer answer(HttpExchange request) {
        String call = request.getRequestHeaders().getFirst("X-Amz-Target");
        requests.add(call);
        StubServer.Answer own = runTask;
        if (own != null && call.endsWith("RunTask")) {
            return own;
        }
        return status == CUT ? StubServer.Answer.NONE : new StubServer.Answer(status, body);
    }

    private void refuse(int code, String kind, String message) {
        status = code;
        body = error(kind, message);
    }

    private static String error(String kind, String message) {
        return "{\"__type\":\"" + kind + "\",\"message\":\"" + message + "\"}";
    }

    private void refuseRunTask(String kind, String message) {
        runTask = new StubServer.Answer(400, error(kind, message));
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
                Map.of(),
                false,
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
        refuse(400, "InvalidParameterException", NO_INSTANCES);
        isTriedAgain("No Container Instances");
        refuse(400, "InvalidParameterException", "No Container Instances were found in your capacity provider.");
        isTriedAgain("capacity provider");
        refuse(400, "ClientException", "TaskDefinition is inactive");
        isTriedAgain("inactive");
        refuse(500, "ServerException", "Service Unavailable");
        isTriedAgain("Service Unavailable");
        status = 502;
        body = "<html>bad gateway</html>";
        isTriedAgain("502");
    }

    @Test
    void whatNeverGetsBetterIsRejected() {
        for (String words :
                List.of("Container Overrides length must be at most 8192", "Invalid 'cpu' setting for task.")) {
            refuse(400, "InvalidParameterException", words);
            assertThatThrownBy(() -> backend.submit(spec()))
                    .isInstanceOf(JobRejectedException.class)
                    .hasMessageContaining(words);
        }
        refuse(400, "ClientException", "No Fargate configuration exists for given values.");
        assertThatThrownBy(() -> backend.submit(spec())).isInstanceOf(JobRejectedException.class);
    }

    private void stopWithoutHandle() {
        backend.stop("demo", new JobId("q-unit-1"), Optional.empty());
    }

    /** It would refuse the job too, and whoever submits it later learns from its handle that it is over. */
    @Test
    void whereEcsTakesNothingInTheJobsPlaceThereIsNothingToStop() {
        for (String[] refusal : new String[][] {
            {"InvalidParameterException", NO_INSTANCES},
            {"ClientException", "TaskDefinition is inactive"},
            {"ClientException", "No Fargate configuration exists for given values."},
            {"UnsupportedFeatureException", "not in this region"}
        }) {
            requests.clear();
            refuseRunTask(refusal[0], refusal[1]);
            stopWithoutHandle();
            assertThat(requests).last().asString().endsWith("RunTask");
        }
    }

    @Test
    void aStopIsTriedAgainWhileNobodyKnowsWhetherTheJobIsThere() {
        refuseRunTask("ThrottlingException", "Rate exceeded");
        assertThatThrownBy(this::stopWithoutHandle).hasMessageContaining("in the place of q-unit-1");
        refuseRunTask("AccessDeniedException", "not authorized");
        assertThatThrownBy(this::stopWithoutHandle).isInstanceOf(JobBackendException.class);
        runTask = new StubServer.Answer(500, error("ServerException", "Service Unavailable"));
        assertThatThrownBy(this::stopWithoutHandle).isInstanceOf(JobBackendException.class);
        runTask = StubServer.Answer.NONE;
        assertThatThrownBy(this::stopWithoutHandle).isInstanceOf(JobBackendException.class);
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
