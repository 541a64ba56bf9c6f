package dev.quarry.activity.nomad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpExchange;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.StubServer;
import dev.quarry.activity.job.Ticket;
import dev.quarry.activity.job.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that a healthy Nomad does not give when a test wants them. */
@SuppressWarnings("NullAway.Init") // filled in before each test
class NomadAnswersTest {
    private static final String TICKET = "qt_secret-of-this-job";
    /** No answer at all. */
    private static final int CUT = -1;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger streams = new AtomicInteger();
    private volatile int status = 200;
    private volatile String body = "[]";
    private volatile StubServer.@Nullable Answer registration;
    private volatile String refusedNamespace = "no-such-namespace";
    private volatile String cutMethod = "";
    private volatile String hungMethod = "";
    private final CountDownLatch hangs = new CountDownLatch(1);
    private Duration callTimeout = Duration.ofSeconds(2);
    private Duration idle = Duration.ofMinutes(15);
    private StubServer server;
    private NomadJobBackend backend;

    @BeforeEach
    void start() throws IOException {
        server = new StubServer(this::answer);
        backend = backend(NomadConfig.Driver.docker);
    }

    private NomadJobBackend backend(NomadConfig.Driver driver) {
        return backend(driver, "default", false);
    }

    /** @param secure a namespace for each tenant, and tickets as variables */
    private NomadJobBackend backend(NomadConfig.Driver driver, String namespace, boolean secure) {
        return new NomadJobBackend(new NomadConfig(
                server.address(),
                secure ? new NomadToken("token-of-the-worker") : null,
                namespace,
                secure,
                secure,
                driver,
                Map.of(NomadConfig.ANY_IMAGE, "image"),
                null,
                Duration.ofSeconds(1),
                callTimeout,
                idle));
    }

    @AfterEach
    void stop() {
        hangs.countDown();
        backend.close();
        server.close();
    }

    private StubServer.Answer answer(HttpExchange request) {
        String path = request.getRequestURI().getPath();
        if (path.equals("/v1/event/stream")) {
            return oneEvent();
        }
        requests.add(request.getRequestMethod() + " " + path);
        StubServer.Answer own = registration;
        if (own != null && path.equals("/v1/jobs")) {
            return own;
        }
        if (request.getRequestMethod().equals(hungMethod) && path.startsWith("/v1/var/")) {
            hang();
        }
        if (status == CUT || (request.getRequestMethod().equals(cutMethod) && path.startsWith("/v1/var/"))) {
            return StubServer.Answer.NONE;
        }
        return request.getRequestURI().toString().contains(refusedNamespace)
                ? new StubServer.Answer(403, "Permission denied")
                : new StubServer.Answer(status, body);
    }

    private void hang() {
        try {
            hangs.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A stream that is cut after one event: each connection tells of another job. */
    private StubServer.Answer oneEvent() {
        String job = "q-" + streams.incrementAndGet();
        return new StubServer.Answer(
                200,
                "{}\n{\"Index\":1,\"Events\":[{\"Payload\":{\"Allocation\":{\"ClientStatus\":\"complete\",\"JobID\":\""
                        + job + "\"}}}]}\n");
    }

    private static JobSpec spec() {
        return spec("demo");
    }

    private static JobSpec spec(String tenant) {
        return new JobSpec(
                new JobId("q-unit-1"),
                tenant,
                "quarry-agent",
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

    @Test
    void aJobThatIsThereAlreadyIsOurOwnWhoseReplyWasLost() throws Exception {
        status = 500;
        body = "Enforcing job modify index 0: job already exists";
        assertThat(backend.submit(spec())).isEqualTo(new JobHandle("default/q-unit-1"));
    }

    @Test
    void whatNomadFindsInvalidIsRejectedForGood() {
        status = 500;
        body = "1 error occurred:\n\t* Task group attempt validation failed";
        assertThatThrownBy(() -> backend.submit(spec()))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("validation failed")
                .hasMessageNotContaining(TICKET);
    }

    @Test
    void whatIsNotThereAndCanBeMadeIsTheClustersTroubleAndNotTheFiles() {
        status = 500;
        for (String missing : List.of("nonexistent namespace", "nonexistent node pool")) {
            body = "1 error occurred:\n\t* job \"q-unit-1\" is in " + missing + " \"gpu\"";
            assertThatThrownBy(() -> backend.submit(spec()))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining(missing);
        }
    }

    private void stopWithoutHandle() {
        backend.stop("demo", new JobId("q-unit-1"), Optional.empty());
    }

    /** Nomad would refuse the job too, and whoever submits it later learns from its handle that it is over. */
    @Test
    void whereNomadTakesNothingInTheJobsPlaceThereIsNothingToStop() {
        status = 404;
        body = "job not found";
        for (StubServer.Answer refusal : List.of(
                new StubServer.Answer(500, "1 error occurred:\n\t* job is in nonexistent namespace \"acme\""),
                new StubServer.Answer(500, "1 error occurred:\n\t* job is in nonexistent node pool \"gpu\""),
                new StubServer.Answer(500, "1 error occurred:\n\t* used task driver \"docker\" is not allowed"),
                new StubServer.Answer(400, "job is malformed"))) {
            requests.clear();
            registration = refusal;
            stopWithoutHandle();
            assertThat(requests).containsExactly("GET /v1/job/q-unit-1", "PUT /v1/jobs");
        }
    }

    @Test
    void aStopIsTriedAgainWhileNobodyKnowsWhetherTheJobIsThere() {
        status = 404;
        body = "job not found";
        for (int code : new int[] {429, 403, 500, 502}) {
            registration = new StubServer.Answer(code, "No cluster leader");
            assertThatThrownBy(this::stopWithoutHandle)
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("cannot keep job q-unit-1 from running")
                    .hasMessageContaining(Integer.toString(code));
        }
        registration = StubServer.Answer.NONE;
        assertThatThrownBy(this::stopWithoutHandle).isInstanceOf(JobBackendException.class);
    }

    @Test
    void everyOtherRefusalIsTriedAgainAndSaysWhatWasAskedOfWhom() {
        for (int code : new int[] {429, 403, 500, 502}) {
            status = code;
            body = "No cluster leader";
            assertThatThrownBy(() -> backend.submit(spec()))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("register job q-unit-1")
                    .hasMessageContaining(Integer.toString(code))
                    .hasMessageNotContaining(TICKET);
        }
    }

    @Test
    void aTenantsNamespaceThatIsRefusedDoesNotHideTheJobsOfOthers() {
        refusedNamespace = "quarry-acme";
        JobHandle hidden = new JobHandle("quarry-acme/q-one");
        JobHandle seen = new JobHandle("quarry-demo/q-two");
        try (NomadJobBackend secure = backend(NomadConfig.Driver.docker, "quarry-", true)) {
            body = "[{\"ID\":\"a\",\"JobID\":\"q-two\",\"ClientStatus\":\"running\",\"CreateIndex\":1}]";
            assertThat(secure.statuses(List.of(hidden, seen)))
                    .containsExactly(Map.entry(seen, JobStatus.of(JobStatus.State.RUNNING)));
            assertThatThrownBy(() -> secure.statuses(List.of(hidden)))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("403");
        }
    }

    @Test
    void aTicketWhoseReplyIsLostIsWrittenAgainBeforeItsJobIsRegistered() throws Exception {
        try (NomadJobBackend secure = backend(NomadConfig.Driver.docker, "quarry-", true)) {
            body = "{}";
            cutMethod = "PUT";
            assertThatThrownBy(() -> secure.submit(spec()))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("variable of job q-unit-1")
                    .hasMessageNotContaining(TICKET);
            assertThat(requests).containsExactly("PUT /v1/var/nomad/jobs/q-unit-1");
            cutMethod = "";
            secure.submit(spec());
            assertThat(requests)
                    .containsExactly(
                            "PUT /v1/var/nomad/jobs/q-unit-1", "PUT /v1/var/nomad/jobs/q-unit-1", "PUT /v1/jobs");
        }
    }

    @Test
    void aTicketThatMayNotBeWrittenSaysWhichRightIsMissing() {
        refusedNamespace = "quarry-demo";
        try (NomadJobBackend secure = backend(NomadConfig.Driver.docker, "quarry-", true)) {
            assertThatThrownBy(() -> secure.submit(spec()))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("403")
                    .hasMessageContaining("policy must allow to write nomad/jobs/q-*")
                    .hasMessageContaining("quarry-demo")
                    .hasMessageNotContaining(TICKET);
        }
    }

    @Test
    void aTicketThatIsRefusedForNowKeepsItsJobBackUntilTheNextTry() throws Exception {
        try (NomadJobBackend secure = backend(NomadConfig.Driver.docker, "quarry-", true)) {
            for (int code : new int[] {429, 500}) {
                requests.clear();
                status = code;
                assertThatThrownBy(() -> secure.submit(spec()))
                        .isInstanceOf(JobBackendException.class)
                        .hasMessageContaining(Integer.toString(code))
                        .hasMessageNotContaining(TICKET);
                status = 200;
                body = "{}";
                secure.submit(spec());
                assertThat(requests)
                        .containsExactly(
                                "PUT /v1/var/nomad/jobs/q-unit-1", "PUT /v1/var/nomad/jobs/q-unit-1", "PUT /v1/jobs");
            }
        }
    }

    @Test
    void aStoppedJobsTicketGoesWithItAndALostReplyOfThatIsNoError() {
        try (NomadJobBackend secure = backend(NomadConfig.Driver.docker, "quarry-", true)) {
            body = "{}";
            cutMethod = "DELETE";
            JobHandle handle = new JobHandle("quarry-demo/q-unit-1");
            secure.stop("demo", new JobId("q-unit-1"), Optional.of(handle));
            Waiting.until(() -> requests.size() == 2, "the end of the ticket");
            assertThat(requests).containsExactly("DELETE /v1/job/q-unit-1", "DELETE /v1/var/nomad/jobs/q-unit-1");
        }
    }

    @Test
    void aRejectedJobLeavesNoTicketBehind() {
        body = "{}";
        registration = new StubServer.Answer(500, "1 error occurred:\n\t* Task group attempt validation failed");
        try (NomadJobBackend secure = backend(NomadConfig.Driver.docker, "quarry-", true)) {
            assertThatThrownBy(() -> secure.submit(spec())).isInstanceOf(JobRejectedException.class);
            Waiting.until(() -> requests.contains("DELETE /v1/var/nomad/jobs/q-unit-1"), "the end of the ticket");
        }
    }

    @Test
    void aJobWhoseImageIsUnknownPutsNoTicketAway() {
        body = "{}";
        NomadConfig any = NomadListsTest.config(server.address());
        NomadConfig other = new NomadConfig(
                any.address(),
                new NomadToken("token-of-the-worker"),
                "quarry-",
                true,
                true,
                any.driver(),
                Map.of("another-agent", "image"),
                null,
                any.grace(),
                any.callTimeout(),
                any.idle());
        try (NomadJobBackend secure = new NomadJobBackend(other)) {
            assertThatThrownBy(() -> secure.submit(spec()))
                    .isInstanceOf(JobRejectedException.class)
                    .hasMessageContaining("quarry-agent");
        }
        assertThat(requests).isEmpty();
    }

    @Test
    void anEndIsReadAndAJobStoppedThoughTheDeletionOfATicketHangs() {
        callTimeout = Duration.ofMinutes(1);
        hungMethod = "DELETE";
        body = """
                [{"ID": "a", "JobID": "q-over", "ClientStatus": "complete", "DesiredStatus": "run", "CreateIndex": 1,
                  "TaskStates": {"agent": {"Events": [{"Type": "Terminated", "ExitCode": 0, "Signal": 0}]}}}]""";
        JobHandle over = new JobHandle("quarry-demo/q-over");
        JobHandle other = new JobHandle("quarry-demo/q-other");
        try (NomadJobBackend secure = backend(NomadConfig.Driver.docker, "quarry-", true)) {
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                assertThat(secure.statuses(List.of(over)))
                        .extractingByKey(over)
                        .extracting(JobStatus::state)
                        .isEqualTo(JobStatus.State.SUCCEEDED);
                body = "{}";
                secure.stop("demo", new JobId("q-other"), Optional.of(other));
            });
            assertThat(requests).contains("DELETE /v1/job/q-other");
            hangs.countDown();
            Waiting.until(
                    () -> requests.containsAll(
                            List.of("DELETE /v1/var/nomad/jobs/q-over", "DELETE /v1/var/nomad/jobs/q-other")),
                    "the end of both tickets");
        }
    }

    @Test
    void onlyADriverThatConfinesTakesASecondTenant() throws Exception {
        body = "{}";
        backend.submit(spec("demo"));
        backend.submit(spec("acme"));
        try (NomadJobBackend open = backend(NomadConfig.Driver.raw_exec)) {
            open.submit(spec("demo"));
            open.submit(spec("demo"));
            assertThatThrownBy(() -> open.submit(spec("acme")))
                    .isInstanceOf(JobRejectedException.class)
                    .hasMessageContaining("demo")
                    .hasMessageContaining("QUARRY_NOMAD_DRIVER");
        }
        assertThat(requests).hasSize(4);
    }

    @Test
    void aRegistrationWhoseReplyIsLostIsNotSentAgainBehindOurBack() {
        status = CUT;
        assertThatThrownBy(() -> backend.submit(spec())).isInstanceOf(JobBackendException.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void stoppingAJobThatNomadHasForgottenIsNoError() {
        status = 404;
        body = "job not found";
        backend.stop("demo", new JobId("q-unit-1"), Optional.of(new JobHandle("default/q-unit-1")));
        assertThat(requests).containsExactly("DELETE /v1/job/q-unit-1");
    }

    @Test
    void aRefusedStartSaysWhichSettingsToLookAt() {
        status = 403;
        body = "Permission denied";
        assertThatThrownBy(backend::reached)
                .hasMessageContaining("Permission denied")
                .hasMessageContaining("QUARRY_NOMAD_TOKEN_FILE");
    }

    @Test
    void aNamespaceWithoutAJobIsNotFollowedAndAgainAsSoonAsItHasOne() {
        idle = Duration.ofMillis(500);
        callTimeout = Duration.ofSeconds(20);
        List<JobHandle> told = new CopyOnWriteArrayList<>();
        body = "{}";
        try (NomadJobBackend secure = backend(NomadConfig.Driver.docker, "quarry-", true)) {
            secure.changes(told::add);
            for (String tenant : List.of("acme", "demo", "acme")) {
                told.clear();
                Waiting.until(
                        () -> {
                            secure.find(tenant, new JobId("q-unit-1"));
                            return told.stream().anyMatch(job -> job.value().startsWith("quarry-" + tenant + "/"));
                        },
                        "events of " + tenant);
                Waiting.until(() -> threadsOf("quarry-" + tenant) == 0, "the end of an idle namespace's thread");
            }
            int before = streams.get();
            Waiting.until(() -> threadsOf("quarry-") == 0, "the end of all of them");
            assertThat(streams.get()).isEqualTo(before);
        }
    }

    private static long threadsOf(String namespace) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("nomad-events " + namespace))
                .count();
    }

    @Test
    void aNamespaceThatIsReadStaysFollowed() {
        idle = Duration.ofSeconds(2);
        body = "[{\"ID\":\"a\",\"JobID\":\"q-one\",\"ClientStatus\":\"running\",\"CreateIndex\":1}]";
        try (NomadJobBackend secure = backend(NomadConfig.Driver.docker, "quarry-", true)) {
            secure.changes(job -> {});
            JobHandle waitedFor = new JobHandle("quarry-demo/q-one");
            long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            Waiting.until(
                    () -> {
                        secure.statuses(List.of(waitedFor));
                        assertThat(threadsOf("quarry-demo")).isPositive();
                        return System.nanoTime() > until;
                    },
                    "more than two idle times");
        }
    }

    @Test
    void aCutStreamIsOpenedAgainAndEveryConnectionSaysThatChangesMayHaveGoneUntold() {
        List<JobHandle> told = new CopyOnWriteArrayList<>();
        AtomicInteger gaps = new AtomicInteger();
        backend.gaps(gaps::incrementAndGet);
        backend.changes(told::add);
        Waiting.until(() -> told.contains(new JobHandle("default/q-3")), "news from a third connection");
        assertThat(gaps.get()).isGreaterThanOrEqualTo(3);
        assertThat(requests).as("lists of everything").isEmpty();
    }
}
