package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.container.JobApiDouble.Call;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentClaimTest extends AgentTest {
    @Test
    void everyItemIsReportedAndTheAgentEndsWithZero() throws Exception {
        api.file("a.txt", "one").file("b.txt", "two").file("empty", "");

        assertThat(run()).isEqualTo(0);

        assertThat(api.started).containsExactly(0, 1, 2);
        assertThat(api.outcome(0)).isEqualTo("INDEXED");
        assertThat(api.outcome(1)).isEqualTo("INDEXED");
        assertThat(api.outcome(2)).isEqualTo("NO_CONTENT(EMPTY)");
        assertThat(api.extraction(0, "noop").path("metadata").path("noop").asBoolean())
                .isTrue();
        assertThat(api.extraction(2, "noop").isMissingNode()).isTrue();
    }

    @Test
    void anAttemptWithoutItemsEndsWithZero() throws Exception {
        assertThat(run()).isEqualTo(0);
    }

    @Test
    void aLostReplyToTheClaimIsFetchedAgainWithTheSameNonce() throws Exception {
        api.file("a.txt", "one")
                .fail(Call.CLAIM, Fault.lostReply(), Fault.refuse(503, "database_away"), Fault.lostReply());

        assertThat(run()).isEqualTo(0); // the double answers another nonce with 409
        assertThat(api.calls(Call.CLAIM)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"401, ticket_refused", "409, claimed_twice", "410, attempt_closed"})
    void aRefusedClaimEndsWithTen(int status, String code) throws Exception {
        api.fail(Call.CLAIM, Fault.refuse(status, code));

        assertThat(run()).isEqualTo(10);
        assertThat(api.calls(Call.CLAIM)).isEqualTo(1);
    }

    @Test
    void anApiThatCannotBeReachedBeforeTheClaimEndsWithEleven() throws Exception {
        given("QUARRY_API", "http://127.0.0.1:" + freePort());
        given("QUARRY_PATIENCE", "PT1S");

        assertThat(run()).isEqualTo(11);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aBadEnvironmentEndsWithTwelveAndNamesTheVariable() throws Exception {
        given("QUARRY_MEMORY_MB", "much");

        assertThat(run()).isEqualTo(12);
        assertThat(agent().log()).contains("QUARRY_MEMORY_MB").contains("much");
        assertThat(api.calls(Call.CLAIM)).isZero();
    }

    @Test
    void anExtractorThatTheImageDoesNotHaveEndsWithTwelve() throws Exception {
        api.extractors("noop", "no-such").file("a.txt", "one");

        assertThat(run()).isEqualTo(12);
        assertThat(agent().log()).contains("no-such").contains("crasher");
    }

    @Test
    void theTicketFileIsGoneOnceItIsRead() throws Exception {
        run();

        assertThat(Files.exists(folder.resolve("ticket"))).isFalse();
    }

    @Test
    void theScratchDirectoryIsLeftEmpty() throws Exception {
        api.file("a.txt", "one");
        run();

        try (java.util.stream.Stream<java.nio.file.Path> left = Files.list(agent().scratch)) {
            assertThat(left).isEmpty();
        }
    }
}
