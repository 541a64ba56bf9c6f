package dev.quarry.proxy.attack;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** A store of tenant {@code demo} with three files in one unit, and an attempt of it with its ticket and token: what attackers are after. */
final class Victim {
    static final int FILES = 3;

    /** Of each file. */
    static final int SIZE = 1000;

    private static final RunningApi API = RunningApi.shared();

    final TestStore store;
    final TestRun run;
    final UUID unit;
    final String request;
    final String attempt;
    final String ticket;
    final String nonce = UUID.randomUUID().toString();
    private String token = "";

    private Victim(TestStore store, TestRun run, UUID unit, int after) {
        this.store = store;
        this.run = run;
        this.unit = unit;
        this.request = UUID.randomUUID().toString();
        JsonNode opened = open(request, after);
        this.attempt = opened.get("attempt").get("attempt").asString();
        this.ticket = opened.get("attempt").get("ticket").asString();
    }

    /** Its attempt is PENDING. */
    static Victim pending() {
        TestStore store = new TestStore();
        for (int i = 0; i <= FILES; i++) {
            store.write("file-" + i + ".txt", Integer.toString(i).repeat(SIZE));
        }
        TestRun run = store.open();
        run.walk();
        return new Victim(store, run, run.take(2).get(1), 0); // the first unit of a run has one file
    }

    /** Its attempt is RUNNING. */
    static Victim running() {
        Victim victim = pending();
        victim.token = victim.claim().send().text("access_token");
        return victim;
    }

    /** The next attempt of the same unit, RUNNING; this one's is closed by that. */
    Victim next() {
        Victim next = new Victim(store, run, unit, 1);
        next.token = next.claim().send().text("access_token");
        return next;
    }

    private JsonNode open(String id, int after) {
        Reply reply = control("units/" + unit + "/attempts", "{\"requestId\":\"" + id + "\",\"after\":" + after + "}");
        if (!"OPEN".equals(reply.text("answer"))) {
            throw new AssertionError("not opened: " + reply);
        }
        return reply.json();
    }

    void settle(String state, int exit) {
        control(
                "units/" + unit + "/settle",
                "{\"requestId\":\"%s\",\"end\":{\"state\":\"%s\",\"exitCode\":%d}}".formatted(request, state, exit));
    }

    void cancel() {
        control("units/" + unit + "/conclude", "{\"outcome\":\"CANCELLED\"}");
    }

    private static Reply control(String path, String json) {
        return Call.post(Listener.CONTROL, "/control/v1/" + path, json)
                .bearer(API.token(Listener.CONTROL))
                .send();
    }

    void change(String what) {
        API.superuser()
                .sql("update quarry.job_attempt set " + what + " where id = ?")
                .param(UUID.fromString(attempt))
                .update();
    }

    String token() {
        return token;
    }

    // ---- calls as its own agent would make them

    Call claim() {
        return claim(ticket, nonce);
    }

    static Call claim(String ticket, String nonce) {
        return Call.post(
                Listener.JOB, "/v1/attempts/claim", "{\"ticket\":\"" + ticket + "\",\"nonce\":\"" + nonce + "\"}");
    }

    String path() {
        return "/v1/attempts/" + attempt;
    }

    Call items() {
        return itemsWith(token);
    }

    Call itemsWith(String anyToken) {
        return Call.get(Listener.JOB, path() + "/items").bearer(anyToken);
    }

    Call content(Object n) {
        return Call.get(Listener.JOB, path() + "/items/" + n + "/content").bearer(token);
    }

    Call renew() {
        return Call.post(Listener.JOB, path() + "/renew", "{}").bearer(token);
    }

    Call results(String... lines) {
        return Call.of(Listener.JOB, "POST", path() + "/results").lines(lines).bearer(token);
    }

    Call artifact(Object n, String name) {
        return Call.of(Listener.JOB, "PUT", path() + "/items/" + n + "/artifacts/noop/" + name)
                .sending(new byte[] {1, 2, 3})
                .bearer(token);
    }

    static String started(Object n) {
        return "{\"type\":\"started\",\"n\":" + n + "}";
    }

    static String done(Object n) {
        return "{\"type\":\"done\",\"n\":" + n + ",\"outcome\":\"INDEXED\"}";
    }

    static String extraction(Object n, String text) {
        return "{\"type\":\"extraction\",\"n\":" + n
                + ",\"extractor\":\"noop\",\"version\":\"1\",\"status\":\"OK\",\"text\":\"" + text + "\"}";
    }
}
