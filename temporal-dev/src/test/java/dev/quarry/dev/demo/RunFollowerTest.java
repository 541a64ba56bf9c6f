package dev.quarry.dev.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.dev.client.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunFollowerTest {
    private static final String RUNS = "GET /api/v1/stores/docs/runs";
    private static final String NO_RUNS = "{\"runs\":[]}";

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ApiDouble api = new ApiDouble();
    private boolean comesBack = true;

    RunFollowerTest() throws IOException {
        api.answers("POST /api/v1/stores/docs/runs", "{}");
    }

    @AfterEach
    void stop() throws IOException {
        api.close();
    }

    private static String run(int generation, String state) {
        return "{\"run\":\"r" + generation + "\",\"generation\":" + generation + ",\"state\":\"" + state
                + "\",\"listed\":3,\"pending\":0,\"reported\":0,\"indexed\":0,\"bytesDone\":0}";
    }

    private static String runs(String... newestFirst) {
        return "{\"runs\":[" + String.join(",", newestFirst) + "]}";
    }

    private RunFollower.Followed follow() throws Exception {
        ProgressDisplay display = new ProgressDisplay(new PrintStream(said, true, StandardCharsets.UTF_8), false);
        return new RunFollower(api.client(), "docs", display, false, () -> comesBack).run();
    }

    @Test
    void aLiveRunThatTurnsOutToBeDeadGivesWayToTheNext() throws Exception {
        String dead = run(1, "ABORTED");
        api.answers(RUNS, runs(run(1, "LIVE")), runs(run(1, "LIVE")), runs(dead), runs(run(2, "LIVE"), dead));
        api.answers("GET /api/v1/runs/r1", run(1, "LIVE"), dead);
        api.answers("GET /api/v1/runs/r2", run(2, "LIVE"), run(2, "COMPLETED"));

        assertThat(follow().totals().run()).isEqualTo("r2");
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("run 1 had lost its workflow; following run 2");
    }

    @Test
    void aRunUnderWayIsJoined() throws Exception {
        api.answers(RUNS, runs(run(4, "LIVE")));
        api.answers("GET /api/v1/runs/r4", run(4, "LIVE"), run(4, "COMPLETED"));
        assertThat(follow().totals().run()).isEqualTo("r4");
    }

    @Test
    void anApiThatIsAwayForAWhileIsAskedAgain() throws Exception {
        api.answers(RUNS, NO_RUNS, ApiDouble.AWAY, runs(run(1, "LIVE")));
        api.answers(
                "GET /api/v1/runs/r1",
                run(1, "LIVE"),
                ApiDouble.AWAY,
                ApiDouble.AWAY,
                run(1, "LIVE"),
                run(1, "COMPLETED"));

        assertThat(follow().totals().isCompleted()).isTrue();
        assertThat(said.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("asked again")))
                .as("once for each silence")
                .hasSize(2);
    }

    @Test
    void anApiThatHasEndedIsNotAskedAgain() throws Exception {
        comesBack = false;
        api.answers(RUNS, NO_RUNS, runs(run(1, "LIVE")));
        api.answers("GET /api/v1/runs/r1", ApiDouble.AWAY);
        assertThatThrownBy(this::follow).isInstanceOf(ApiException.class).hasMessageContaining("503");
    }

    @Test
    void aRefusalIsNoSilence() throws Exception {
        api.answers(RUNS, NO_RUNS, runs(run(1, "LIVE")));
        api.answers("GET /api/v1/runs/r1", "no such run");
        assertThatThrownBy(this::follow).isInstanceOf(ApiException.class).hasMessageContaining("404");
    }

    @Test
    void textThatIsIndexedAmongManyOlderFilesIsFound() throws Exception {
        String indexed = run(2, "COMPLETED").replace("\"indexed\":0", "\"indexed\":1");
        String listing = "GET /api/v1/stores/docs/files?outcome=INDEXED&limit=";
        api.answers(RUNS, runs(run(1, "COMPLETED")), runs(run(2, "LIVE"), run(1, "COMPLETED")));
        api.answers("GET /api/v1/runs/r2", indexed);
        for (int limit : new int[] {100, 1000}) {
            api.answers(listing + limit, "{\"files\":[{\"file\":\"a\",\"generation\":1}],\"next\":\"a\"}");
            api.answers(listing + limit + "&after=a", "{\"files\":[{\"file\":\"b\",\"generation\":2}],\"next\":null}");
        }
        api.answers("GET /api/v1/files/b", "{\"extractions\":[{\"text\":\"a nightingale sings\"}]}");
        api.answers("GET /api/v1/search?q=nightingale&limit=200", "{\"hits\":[{\"file\":\"b\"}]}");

        assertThat(follow().firstResult()).isPresent();
        assertThat(api.calls).doesNotContain("GET /api/v1/files/a");
    }

    @Test
    void textThatIsIndexedBehindManyFilesWithACommonWordIsFound() throws Exception {
        String indexed = run(1, "COMPLETED").replace("\"indexed\":0", "\"indexed\":12");
        api.answers(RUNS, NO_RUNS, runs(run(1, "LIVE")));
        api.answers("GET /api/v1/runs/r1", indexed);
        List<String> files = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            files.add("{\"file\":\"f" + i + "\",\"generation\":1}");
            api.answers("GET /api/v1/files/f" + i, "{\"extractions\":[{\"text\":\"confidential\"}]}");
        }
        for (int limit : new int[] {100, 1000}) {
            api.answers(
                    "GET /api/v1/stores/docs/files?outcome=INDEXED&limit=" + limit,
                    "{\"files\":[" + String.join(",", files) + "],\"next\":null}");
        }
        api.answers("GET /api/v1/search?q=confidential&limit=200", "{\"hits\":[{\"file\":\"another\"}]}");
        api.answers("GET /api/v1/files/f12", "{\"extractions\":[{\"text\":\"a nightingale sings\"}]}");
        api.answers("GET /api/v1/search?q=nightingale&limit=200", "{\"hits\":[{\"file\":\"f12\"}]}");

        assertThat(follow().firstResult()).isPresent();
    }
}
