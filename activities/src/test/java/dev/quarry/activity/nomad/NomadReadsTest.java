package dev.quarry.activity.nomad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.activity.job.StubServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A Nomad that answers nobody until a few have asked. */
class NomadReadsTest {
    private static final List<JobHandle> FEW =
            List.of(new JobHandle("default/q-1"), new JobHandle("default/q-2"), new JobHandle("default/q-3"));

    private final CountDownLatch asked = new CountDownLatch(FEW.size());
    private volatile int status = 200;

    @Test
    void fewJobsAreReadAtOnceAndNoneWaitsForAnother() throws Exception {
        try (StubServer server = new StubServer(this::answer);
                NomadJobBackend backend = new NomadJobBackend(NomadListsTest.config(server.address()))) {
            assertThat(backend.statuses(FEW))
                    .hasSize(FEW.size())
                    .extractingFromEntries(Map.Entry::getValue)
                    .extracting(read -> ((JobStatus) read).state())
                    .containsOnly(State.RUNNING);
        }
    }

    @Test
    void aReadThatIsRefusedSaysWhatWasRead() throws Exception {
        status = 500;
        try (StubServer server = new StubServer(this::answer);
                NomadJobBackend backend = new NomadJobBackend(NomadListsTest.config(server.address()))) {
            assertThatThrownBy(() -> backend.statuses(FEW))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("read the allocations of job q-");
        }
    }

    @Test
    void aPurgedJobWhoseEndIsKnownReadsAlikeAloneAndAmongMany() throws Exception {
        List<JobHandle> many = IntStream.range(0, 12)
                .mapToObj(number -> new JobHandle("default/q-" + number))
                .toList();
        try (StubServer server = new StubServer(NomadReadsTest::purged);
                NomadJobBackend backend = new NomadJobBackend(NomadListsTest.config(server.address()))) {
            for (List<JobHandle> some : List.of(many.subList(0, 1), many)) {
                assertThat(backend.statuses(some).get(many.get(0))).isEqualTo(new JobStatus(State.FAILED, 13, null));
            }
            assertThat(backend.statuses(many).get(many.get(1)))
                    .isEqualTo(backend.statuses(many.subList(1, 2)).get(many.get(1)))
                    .isEqualTo(JobStatus.of(State.UNKNOWN));
        }
    }

    /** One has ended by itself; of the other only the job could say who stopped it. */
    private static StubServer.Answer purged(HttpExchange request) {
        String path = request.getRequestURI().getPath();
        String ended = """
                {"ID": "a", "JobID": "q-0", "ClientStatus": "failed", "DesiredStatus": "run", "CreateIndex": 1,
                 "TaskStates": {"agent": {"Events": [{"Type": "Terminated", "ExitCode": 13, "Signal": 0}]}}}""";
        String stopped = """
                {"ID": "b", "JobID": "q-1", "ClientStatus": "complete", "DesiredStatus": "stop", "CreateIndex": 1,
                 "TaskStates": {"agent": {"Events": [{"Type": "Killing"}, {"Type": "Terminated", "ExitCode": 23, "Signal": 0}]}}}""";
        return switch (path) {
            case "/v1/allocations" -> new StubServer.Answer(200, "[" + ended + "," + stopped + "]");
            case "/v1/job/q-0/allocations" -> new StubServer.Answer(200, "[" + ended + "]");
            case "/v1/job/q-1/allocations" -> new StubServer.Answer(200, "[" + stopped + "]");
            case "/v1/jobs", "/v1/evaluations" -> new StubServer.Answer(200, "[]");
            default -> new StubServer.Answer(404, "job not found");
        };
    }

    private StubServer.Answer answer(HttpExchange request) {
        asked.countDown();
        try {
            if (!asked.await(10, TimeUnit.SECONDS)) {
                return new StubServer.Answer(503, "asked one by one");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new StubServer.Answer(status, "[{\"ClientStatus\":\"running\",\"CreateIndex\":1}]");
    }
}
