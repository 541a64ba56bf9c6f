package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi.Answer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** protocol.md, section 2, the agent's calls one by one, over HTTP against a real PostgreSQL. */
class AgentCallsTest {
    private final UUID first = UUID.randomUUID();
    private final UUID second = UUID.randomUUID();
    private Unit unit = Unit.of(3);

    @AfterEach
    void theInvariantsHold() {
        assertThat(unit.violations()).isEmpty();
    }

    // ---- claim and renew

    @Test
    void aClaimWhoseReplyWasLostIsAnsweredAgain() {
        Agent agent = new Agent(unit.open(first, 0));
        assertThat(agent.claim().status()).isEqualTo(200);
        assertThat(agent.claim().status()).isEqualTo(200);
        assertThat(agent.items().status()).isEqualTo(200);
    }

    @Test
    void aSecondClaimerCancelsTheAttemptAndNothingOfItCountsEvenIfTheTicketWasPrivate() {
        Agent thief = new Agent(unit.open(first, 0, null, true));
        thief.claim();
        Unit.all(3).forEach(thief::done);
        assertThat(thief.claimWith(UUID.randomUUID().toString()).status()).isEqualTo(409);
        assertThat(thief.items().status()).isEqualTo(410);
        JsonNode settled = unit.settle(first, "SUCCEEDED", 0);
        assertThat(settled.get("missing")).hasSize(3);
        assertThat(settled.get("proven").asBoolean()).isFalse();
        assertThat(unit.counted()).isZero();
        assertThat(unit.recorded()).as("nothing of it is kept").isZero();
        assertThat(unit.db()
                        .sql("select count(*) from quarry.alarm where tenant = ? and kind = 'CLAIMED_TWICE'")
                        .param(unit.tenant)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void aLateClaimNeverTakesBackWhatCounts() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        Unit.all(3).forEach(agent::done);
        unit.settle(first, "SUCCEEDED", 0);
        assertThat(agent.claimWith(UUID.randomUUID().toString()).status()).isEqualTo(410);
        assertThat(agent.claim().status()).isEqualTo(410);
        assertThat(unit.counted()).isEqualTo(3);
    }

    @Test
    void ofSixtyFourClaimersAtOnceOneWinsAndTheAttemptIsCancelled() throws Exception {
        Agent agent = new Agent(unit.open(first, 0));
        List<Integer> statuses = AtOnce.calls(
                64, () -> agent.claimWith(UUID.randomUUID().toString()).status());
        assertThat(statuses).containsOnlyOnce(200).contains(409);
        assertThat(statuses).allMatch(status -> status == 200 || status == 409 || status == 410);
    }

    @Test
    void anExpiredTicketOpensNothing() {
        Agent agent = new Agent(unit.open(first, 0));
        unit.db()
                .sql("update quarry.job_attempt set ticket_expires = now() - interval '1 second' where tenant = ?")
                .param(unit.tenant)
                .update();
        assertThat(agent.claim().status()).isEqualTo(410);
    }

    @Test
    void aForgedTicketIsNoTicket() {
        JsonNode open = unit.open(first, 0);
        String ticket = open.get("attempt").get("ticket").asString();
        String forged = ticket.substring(0, ticket.length() - 4) + (ticket.endsWith("AAAA") ? "BBBB" : "AAAA");
        assertThat(dev.quarry.proxy.RunningApi.shared()
                        .post(
                                dev.quarry.proxy.listener.Listener.JOB,
                                "",
                                "/v1/attempts/claim",
                                "{\"ticket\":\"" + forged + "\",\"nonce\":\"" + UUID.randomUUID() + "\"}")
                        .status())
                .isEqualTo(401);
        assertThat(new Agent(open).claim().status()).isEqualTo(200);
    }

    @Test
    void aLostReplyOfRenewIsMintedAgainAndASupersededTokenIsRefused() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        String serial1 = agent.token();
        String serial2 = agent.renew().json().get("access_token").asString();
        agent.use(serial1);
        assertThat(agent.items().status())
                .as("one behind is good until its own expiry")
                .isEqualTo(200);
        assertThat(agent.renewWith(serial1).status()).as("the reply was lost").isEqualTo(200);
        String serial3 = agent.renewWith(serial2).json().get("access_token").asString();
        assertThat(agent.renewWith(serial1).status()).isEqualTo(401);
        assertThat(agent.items().status()).as("two behind").isEqualTo(401);
        agent.use(serial3);
        assertThat(agent.items().status()).isEqualTo(200);
    }

    @Test
    void afterTheHardDeadlineNothingIsAccepted() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        unit.db()
                .sql("update quarry.job_attempt set hard_deadline = now() where tenant = ?")
                .param(unit.tenant)
                .update();
        assertThat(agent.items().status()).isEqualTo(410);
        assertThat(agent.renew().status()).isEqualTo(410);
        assertThat(agent.done(0).status()).isEqualTo(410);
    }

    @Test
    void anAttemptsTokenOpensNoOtherAttempt() {
        Agent one = new Agent(unit.open(first, 0));
        one.claim();
        Unit other = unit.sibling(1);
        Agent two = new Agent(other.open(second, 0));
        two.claim();
        two.use(one.token());
        assertThat(two.items().status()).isEqualTo(404);
        assertThat(two.done(0).status()).isEqualTo(404);
        assertThat(one.items().status()).isEqualTo(200);
    }

    // ---- results

    @Test
    void theSameLineAgainIsTheSameAndOtherContentIsRefused() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        assertThat(Agent.statuses(agent.results(Agent.extraction(0, "a")))).containsExactly(200);
        assertThat(Agent.statuses(
                        agent.results(Agent.extraction(0, "a"), Agent.extraction(0, "b"), Agent.extraction(1, "c"))))
                .containsExactly(200, 409, 200);
        assertThat(Agent.statuses(agent.results("{\"type\":\"done\",\"n\":0,\"outcome\":\"INDEXED\"}")))
                .containsExactly(200);
        assertThat(Agent.statuses(agent.results("{\"type\":\"done\",\"n\":0,\"outcome\":\"INDEXED\"}")))
                .containsExactly(200);
        assertThat(Agent.statuses(
                        agent.results("{\"type\":\"done\",\"n\":0,\"outcome\":\"FAILED\",\"reason\":\"CORRUPT\"}")))
                .containsExactly(409);
    }

    @Test
    void sixtyFourAtOnceStoreOneResult() throws Exception {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        assertThat(AtOnce.calls(
                        64,
                        () -> Agent.statuses(agent.results(Agent.extraction(0, "same")))
                                .get(0)))
                .containsOnly(200);
        List<Integer> different = AtOnce.calls(
                64,
                () -> Agent.statuses(agent.results(
                                Agent.extraction(1, UUID.randomUUID().toString())))
                        .get(0));
        assertThat(different).containsOnlyOnce(200);
        assertThat(different).allMatch(status -> status == 200 || status == 409);
    }

    @Test
    void malformedLinesAreNamedAndTheOthersStillCommit() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        Answer answer = agent.results(
                "not json",
                "[]",
                "{\"type\":\"unknown\",\"n\":0}",
                "{\"type\":\"started\",\"n\":-1}",
                "{\"type\":\"started\",\"n\":99999999999}",
                "{\"type\":\"started\",\"n\":77}",
                "{\"type\":\"done\",\"n\":0,\"outcome\":\"FAILED\",\"reason\":\"OUT_OF_MEMORY\"}",
                "{\"type\":\"done\",\"n\":0,\"outcome\":\"DELETED\"}",
                "{\"type\":\"extraction\",\"n\":0,\"extractor\":\"../x\",\"version\":\"1\",\"status\":\"OK\"}",
                "{\"type\":\"extraction\",\"n\":0,\"extractor\":\"noop\",\"version\":\"1\",\"status\":\"OK\",\"metadata\":"
                        + "[".repeat(100) + "]".repeat(100) + "}",
                "{\"type\":\"extraction\",\"n\":0,\"extractor\":\"noop\",\"version\":\"1\",\"status\":\"OK\",\"artifacts\":[{\"name\":\"t.jpg\",\"sha256\":\""
                        + "0".repeat(64) + "\"}]}",
                Agent.extraction(2, "good"));
        assertThat(Agent.statuses(answer)).containsExactly(422, 422, 422, 422, 422, 404, 422, 422, 422, 422, 422, 200);
    }

    @Test
    void whatPostgresDoesNotTakeIsCleanedAndNotLost() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        Answer answer = agent.results(
                "{\"type\":\"extraction\",\"n\":0,\"extractor\":\"noop\",\"version\":\"1\",\"status\":\"OK\",\"text\":\"a\\u0000b \\ud800 c\",\"metadata\":{\"k\\u0000\":\"\\udfff\",\"big\":1e400,\"deep\":[[[1]]]},\"detail\":\"\\u0000\"}",
                "{\"type\":\"done\",\"n\":0,\"outcome\":\"INDEXED\",\"detail\":\"\\u0000\\ud800\"}");
        assertThat(Agent.statuses(answer)).containsExactly(200, 200);
        unit.settle(first, "FAILED", 23);
        assertThat(unit.db()
                        .sql("select text from quarry.extraction where tenant = ?")
                        .param(unit.tenant)
                        .query(String.class)
                        .single())
                .isEqualTo("a\uFFFDb \uFFFD c");
        assertThat(unit.outcomes()).containsExactly("INDEXED", "missing", "missing");
    }

    @Test
    void textBeyondTheLimitsOfSearchIsCutAndSaysSo() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        assertThat(Agent.statuses(agent.results(
                        Agent.extraction(0, unique("xyzxyzxyz", 990_000)),
                        Agent.extraction(1, "word ".repeat(300_000)))))
                .containsExactly(200, 200);
        assertThat(unit.db()
                        .sql("select array_to_string(partial, ',') from quarry.extraction where tenant = ? order by n")
                        .param(unit.tenant)
                        .query(String.class)
                        .list())
                .containsExactly("TEXT_CUT", "TEXT_CUT");
    }

    @Test
    void textsThatAreTooMuchForSearchTogetherCountAndTheirFileSaysThatSomeIsCut() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        String one = Agent.extraction(0, unique("one", 700_000));
        String other = Agent.extraction(0, unique("other", 700_000)).replace("}", ",\"member\":\"other.txt\"}");
        assertThat(Agent.statuses(agent.results(one, other))).containsExactly(200, 200);
        Unit.all(3).forEach(agent::done);
        assertThat(unit.settle(first, "SUCCEEDED", 0).get("missing")).isEmpty();
        assertThat(unit.db().sql("""
                        select array_to_string(f.partial, ',') || ' ' || (d.words @@ to_tsquery('simple', 'one0')) || ' ' || (d.words @@ to_tsquery('simple', 'other0'))
                               || ' ' || (d.words @@ to_tsquery('simple', split_part(replace(f.path, '.', '/'), '/', 1)))
                        from quarry.file f join quarry.search_document d on d.tenant = f.tenant and d.file = f.id
                        where f.tenant = ? and f.partial <> '{}'""").param(unit.tenant).query(String.class).list())
                .containsExactly("TEXT_CUT true false true");
    }

    private static String unique(String word, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < length; i++) {
            text.append(word).append(Integer.toString(i, 36)).append(' ');
        }
        return text.toString();
    }

    @Test
    void onlyExtractorsOfItsLaneAreRecorded() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        String foreign = Agent.extraction(0, "x").replace("noop", "other");
        assertThat(Agent.statuses(agent.results(foreign, Agent.extraction(0, "x"))))
                .containsExactly(422, 200);
        assertThat(agent.artifactOf("other", 0, "a", new byte[] {1}).status()).isEqualTo(422);
        assertThat(agent.artifact(0, "a", new byte[] {1}).status()).isEqualTo(200);
    }

    @Test
    void anAttemptRecordsNoMoreThanItsItemsCanMake() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        assertThat(agent.artifact(0, "a", new byte[1000]).status()).isEqualTo(200);
        assertThat(agent.results(Agent.extraction(0, "x")).status()).isEqualTo(200);
        assertThat(agent.recorded())
                .containsExactly(2L, 1000L + Agent.extraction(0, "x").length());
        for (String spent : List.of("rows_recorded = 330001", "bytes_recorded = byte_budget + 3 * 16777216 + 1")) {
            agent.change("rows_recorded = 0, bytes_recorded = 0");
            assertThat(agent.started(0).status()).isEqualTo(200);
            agent.change(spent);
            assertThat(agent.started(0).status()).as(spent).isEqualTo(413);
            Answer artifact = agent.artifact(0, "b", new byte[1]);
            assertThat(artifact.status()).as(spent).isEqualTo(413);
            assertThat(artifact.json().get("code").asString()).isEqualTo("over_budget");
        }
        assertThat(agent.renew().status()).isEqualTo(200);
    }

    @Test
    void anArtifactShowsOnlyOnceItsExtractionIsRecorded() {
        Agent agent = new Agent(unit.open(first, 0));
        agent.claim();
        Answer put = agent.artifact(0, "t.jpg", new byte[] {1, 2, 3});
        assertThat(put.status()).isEqualTo(200);
        assertThat(agent.artifact(0, "t.jpg", new byte[] {1, 2, 3}).status()).isEqualTo(200);
        assertThat(agent.artifact(0, "t.jpg", new byte[] {9}).status()).isEqualTo(409);
        assertThat(agent.artifact(7, "t.jpg", new byte[] {9}).status()).isEqualTo(404);
        assertThat(agent.artifactOfMember(0, "t.jpg", "%00", new byte[] {9}).status())
                .as("a name that the database cannot have")
                .isEqualTo(422);
        String sha256 = put.json().get("sha256").asString();
        agent.results(
                "{\"type\":\"extraction\",\"n\":0,\"extractor\":\"noop\",\"version\":\"1\",\"status\":\"OK\",\"artifacts\":[{\"name\":\"t.jpg\",\"sha256\":\""
                        + sha256 + "\"}]}",
                "{\"type\":\"done\",\"n\":0,\"outcome\":\"INDEXED\"}");
        agent.artifact(1, "orphan.jpg", new byte[] {4});
        unit.settle(first, "FAILED", 23);
        assertThat(unit.db()
                        .sql("select name from quarry.artifact where tenant = ? and extraction is not null")
                        .param(unit.tenant)
                        .query(String.class)
                        .list())
                .containsExactly("t.jpg");
        assertThat(unit.db()
                        .sql("select count(*) from quarry.artifact where tenant = ?")
                        .param(unit.tenant)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }
}
