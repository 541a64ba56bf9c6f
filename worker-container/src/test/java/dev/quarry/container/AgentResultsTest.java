package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.container.JobApiDouble.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentResultsTest extends AgentTest {
    @Test
    void aLostReplyToResultsIsAskedForAgainWithTheSameBytes() throws Exception {
        api.file("a.txt", "one").file("b.txt", "two");
        api.fail(Call.RESULTS, Fault.lostReply(), Fault.lostReply(), Fault.refuse(503, "away"), Fault.lostReply());

        assertThat(run()).isEqualTo(0); // the double answers other bytes for the same key with 409
        assertThat(api.outcome(0)).isEqualTo("INDEXED");
        assertThat(api.outcome(1)).isEqualTo("INDEXED");
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 413, 422})
    void aRefusedExtractionFailsTheItemAndNoOther(int status) throws Exception {
        api.extractors("noop", "crasher").file("a.txt", "one").reject("crasher", status);

        assertThat(run()).isEqualTo(0);
        assertThat(api.outcome(0)).isEqualTo("FAILED(RESULT_REJECTED)");
        assertThat(api.done(0).path("detail").asText()).contains("crasher").contains(String.valueOf(status));
    }

    @Test
    void aRefusedArtifactFailsTheItem() throws Exception {
        api.extractors("copier").file("a.txt", "one").fail(Call.ARTIFACT, Fault.refuse(413, "too_large"));

        assertThat(run()).isEqualTo(0);
        assertThat(api.outcome(0)).isEqualTo("FAILED(RESULT_REJECTED)");
    }

    @Test
    void afterOneRefusedArtifactNoOtherOfTheItemIsPut() throws Exception {
        api.extractors("copier", "hostile").file("a.bin", "files 3").file("b.bin", "files 3");
        api.fail(Call.ARTIFACT, Fault.refuse(413, "too_large"));

        assertThat(run()).isEqualTo(0);
        assertThat(api.outcome(0)).isEqualTo("FAILED(RESULT_REJECTED)");
        assertThat(api.outcome(1)).isEqualTo("INDEXED");
        assertThat(api.artifacts.keySet())
                .noneMatch(name -> name.startsWith("0/"))
                .contains("1/artifacts/hostile/3");
    }

    /** With 22 the item would not be blamed, and the unit tried for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"RESULTS", "ARTIFACT"})
    void anItemThatLeavesMoreThanTheAttemptMayRecordEndsItAsACrashDoes(String call) throws Exception {
        api.extractors("copier").file("a.txt", "one").failAlways(Call.valueOf(call), Fault.refuse(413, "over_budget"));

        assertThat(run()).isEqualTo(1);
        assertThat(api.outcome(0)).isEqualTo("(none)");
        assertThat(agent().log()).contains("may read or record no more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ITEMS", "CONTENT", "RESULTS", "ARTIFACT", "RENEW"})
    void anAttemptThatIsOverEndsWithTwentyTwoAtAnyCall(String call) throws Exception {
        api.extractors("copier").renewIn(1).file("a.txt", "one");
        if (call.equals("RENEW")) {
            api.extractors("crasher").file("hang.txt", "two");
        }
        api.failAlways(Call.valueOf(call), Fault.refuse(410, "attempt_closed"));

        assertThat(run()).isEqualTo(22);
        assertThat(api.outcome(0)).isEqualTo(call.equals("RENEW") ? api.outcome(0) : "(none)");
    }

    @Test
    void anApiAwayForTooLongAfterTheClaimEndsWithThirteen() throws Exception {
        given("QUARRY_PATIENCE", "PT1S");
        api.file("a.txt", "one").failAlways(Call.RESULTS, Fault.refuse(503, "away"));

        assertThat(run()).isEqualTo(13);
    }

    @Test
    void aTokenThatExpiredIsRenewedAndTheCallMadeAgain() throws Exception {
        api.extractors("crasher").file("slow.txt", "one").file("b.txt", "two");
        start();
        api.await(SOON, () -> api.started.contains(0));
        api.expireToken();

        assertThat(agent().exit(SOON)).isEqualTo(0);
        assertThat(api.outcome(0)).isEqualTo("INDEXED");
        assertThat(api.outcome(1)).isEqualTo("INDEXED");
    }

    @Test
    void aLostReplyToARenewalDoesNotLoseTheToken() throws Exception {
        api.extractors("crasher")
                .renewIn(1)
                .file("slow1.txt", "one")
                .file("slow2.txt", "two")
                .file("slow3.txt", "3");
        api.fail(Call.RENEW, Fault.lostReply(), Fault.lostReply());

        assertThat(run()).isEqualTo(0);
        assertThat(api.renewals).hasSizeGreaterThan(2);
        assertThat(api.renewals
                        .get(api.renewals.size() - 1)
                        .path("peakMemoryMb")
                        .asInt())
                .isPositive();
        assertThat(api.renewals.get(api.renewals.size() - 1).path("itemsDone").asInt())
                .isEqualTo(3);
    }

    @Test
    void aJobOfAMomentTellsItsPeaksBeforeItEnds() throws Exception {
        api.extractors("copier").file("a.bin", "x".repeat(900_000));

        assertThat(run()).isEqualTo(0);
        assertThat(api.renewals)
                .as("though it is not due to renew for a minute")
                .isNotEmpty();
        JsonNode usage = api.renewals.get(api.renewals.size() - 1);
        assertThat(usage.path("peakMemoryMb").asInt()).isGreaterThan(20);
        assertThat(usage.path("peakDiskMb").asInt())
                .as("a download of 0.9 MB and two copies")
                .isEqualTo(3);
        assertThat(usage.path("cpuSeconds").asDouble()).isGreaterThan(0.1);
        assertThat(usage.path("itemsDone").asInt()).isEqualTo(1);
    }

    @Test
    void manyResultsTravelInFewRequests() throws Exception {
        for (int i = 0; i < 200; i++) {
            api.file("f" + i + ".txt", "content " + i);
        }

        assertThat(run()).isEqualTo(0);
        assertThat(api.done).hasSize(200);
        assertThat(api.linesPerPost).hasSizeLessThan(200);
    }

    @Test
    void aLongTextIsCutAndItsHashIsOfAllOfIt() throws Exception {
        String text =
                "0123456789".repeat(150_000) + "end"; // over the 1 MiB of a pipe, under the extractor's output limit
        api.extractors("crasher").file("long.txt", text);

        assertThat(run()).isEqualTo(0);
        assertThat(api.extraction(0, "crasher").path("textChars").asLong()).isEqualTo(text.length());
        assertThat(api.extraction(0, "crasher").path("text").asText()).isEqualTo(text);
        assertThat(api.extraction(0, "crasher").path("textSha256").asText()).isEqualTo(Sha256.of(text));
    }
}
