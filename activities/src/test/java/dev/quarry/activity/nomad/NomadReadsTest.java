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
