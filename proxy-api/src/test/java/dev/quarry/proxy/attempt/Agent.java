package dev.quarry.proxy.attempt;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Somebody who speaks the job API in plain HTTP: an agent, a zombie or a thief. */
final class Agent {
    private final RunningApi api = RunningApi.shared();
    private final String ticket;
    final String nonce = UUID.randomUUID().toString();
    private String token = "";
    private final String attempt;

    Agent(JsonNode openAnswer) {
        this(
                openAnswer.get("attempt").get("ticket").asString(),
                openAnswer.get("attempt").get("attempt").asString());
    }

    private Agent(String ticket, String attempt) {
        this.ticket = ticket;
        this.attempt = attempt;
    }

    /** Somebody who knows the attempt's id, and no key. */
    static Agent forger(UUID attempt) {
        byte[] ticket = ByteBuffer.allocate(48)
                .putLong(attempt.getMostSignificantBits())
                .putLong(attempt.getLeastSignificantBits())
                .array();
        return new Agent("qt_" + Base64.getUrlEncoder().withoutPadding().encodeToString(ticket), attempt.toString());
    }

    /** Somebody else with the same ticket and a nonce of his own. */
    Agent thief() {
        return new Agent(ticket, attempt);
    }

    /** Claims; the token is kept if there is one. */
    Answer claim() {
        return claimWith(nonce);
    }

    Answer claimWith(String otherNonce) {
        Answer answer = api.post(
                Listener.JOB,
                "",
                "/v1/attempts/claim",
                "{\"ticket\":\"" + ticket + "\",\"nonce\":\"" + otherNonce + "\"}");
        if (answer.status() == 200) {
            token = answer.json().get("access_token").asString();
        }
        return answer;
    }

    Answer renew() {
        return renewWith(token);
    }

    Answer renewWith(String old) {
        return renewSaying(old, "{\"peakMemoryMb\":10}");
    }

    private Answer renewSaying(String old, String usage) {
        return api.post(Listener.JOB, old, "/v1/attempts/" + attempt + "/renew", usage);
    }

    /** Renews with a heartbeat, and goes on with the new token. */
    void renewSaying(String usage) {
        token = renewSaying(token, usage).json().get("access_token").asString();
    }

    String token() {
        return token;
    }

    void use(String other) {
        token = other;
    }

    Answer items() {
        return api.get(Listener.JOB, token, "/v1/attempts/" + attempt + "/items");
    }

    Answer content(int n) {
        return api.get(Listener.JOB, token, "/v1/attempts/" + attempt + "/items/" + n + "/content");
    }

    /** Bytes {@code from-to} of an item. */
    Answer content(int n, String range) {
        return api.send(api.request(Listener.JOB, token, "/v1/attempts/" + attempt + "/items/" + n + "/content")
                .header("Range", "bytes=" + range)
                .GET()
                .build());
    }

    /** A download of which nothing is read but what the socket is asked for. */
    SlowReader reader(RunningApi process, int n) {
        return new SlowReader(process, "/v1/attempts/" + attempt + "/items/" + n + "/content", token);
    }

    /** As if its items were that large. */
    void budget(long bytes) {
        api.superuser()
                .sql("update quarry.job_attempt set byte_budget = ? where id = ?")
                .params(bytes, UUID.fromString(attempt))
                .update();
    }

    String attempt() {
        return attempt;
    }

    Answer started(int n) {
        return results("{\"type\":\"started\",\"n\":" + n + "}");
    }

    /** An extraction of the item and that it is done, INDEXED. */
    Answer done(int n) {
        return results(extraction(n, "text of " + n), "{\"type\":\"done\",\"n\":" + n + ",\"outcome\":\"INDEXED\"}");
    }

    static String extraction(int n, String text) {
        return "{\"type\":\"extraction\",\"n\":" + n
                + ",\"extractor\":\"noop\",\"version\":\"1\",\"status\":\"OK\",\"text\":\"" + text + "\"}";
    }

    Answer results(String... lines) {
        return send(List.of(lines));
    }

    private Answer send(List<String> lines) {
        return api.send(api.request(Listener.JOB, token, "/v1/attempts/" + attempt + "/results")
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", lines)))
                .build());
    }

    Answer artifact(int n, String name, byte[] bytes) {
        return artifactOf("noop", n, name, bytes);
    }

    Answer artifactOf(String extractor, int n, String name, byte[] bytes) {
        return api.send(api.request(
                        Listener.JOB,
                        token,
                        "/v1/attempts/" + attempt + "/items/" + n + "/artifacts/" + extractor + "/" + name)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build());
    }

    /** One of a member in an item; the member as it stands in the address. */
    Answer artifactOfMember(int n, String name, String member, byte[] bytes) {
        return artifactOf("noop", n, name + "?member=" + member, bytes);
    }

    /** Rows and bytes that the attempt has recorded. */
    List<Long> recorded() {
        return api.superuser()
                .sql(
                        "select unnest(array[rows_recorded, bytes_recorded]) from quarry.job_attempt where id = cast(? as uuid)")
                .param(attempt)
                .query(Long.class)
                .list();
    }

    void change(String what) {
        api.superuser()
                .sql("update quarry.job_attempt set " + what + " where id = cast(? as uuid)")
                .param(attempt)
                .update();
    }

    /** Statuses of an answer to results, by line. */
    static List<Integer> statuses(Answer answer) {
        return answer.body()
                .lines()
                .map(line -> RunningApi.JSON.readTree(line).get("status").asInt())
                .toList();
    }
}
