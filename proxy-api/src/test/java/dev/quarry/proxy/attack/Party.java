package dev.quarry.proxy.attack;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.account.Browser;
import dev.quarry.proxy.account.People;
import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.listener.Listener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A tenant of the fuzz: everything that a request can name of it lies in {@code own}, by the name that the contract gives it. */
final class Party {
    /** Whose keys are turned until no token is good any more. */
    static final RunningApi TURNED = RunningApi.own();

    private static final RunningApi API = RunningApi.shared();

    final Tenant tenant = Tenant.other();
    private final Forgery admin = Forgery.of(tenant.token());
    private final Forgery operator = Forgery.of(People.token("demo", Role.OPERATOR));

    /** In each of its files' names and texts, and nowhere else. */
    final String canary =
            "canary" + UUID.randomUUID().toString().substring(0, 13).replace("-", "");

    final Map<String, String> own = new HashMap<>();
    private final AskingRun asking;
    private boolean answered = true;
    private @Nullable Forgery person;
    private String jobToken = "";

    /** @param keys the purpose of those that it turns */
    Party(String keys) {
        own.put("purpose", keys);
        own.put("from", "1");
        own.put("old", People.PASSWORD);
        own.put(
                "bucket",
                store(
                        "{\"name\":\"%s\",\"kind\":\"s3\",\"s3\":{\"bucket\":\"some-bucket\",\"endpoint\":\"http://127.0.0.1:1\",\"accessKeyId\":\"AKIAEXAMPLE1\",\"secretAccessKey\":\"one\"}}"));
        own.put("tenant", tenant.name());
        own.put("account", account());
        asking = new AskingRun(this);
        renew();
    }

    /** What the calls before have used up. */
    void refresh() {
        if (isOver()) {
            renew();
        }
        if (answered) {
            own.put("asking", asking.next());
            answered = false;
        }
    }

    /** A store, run, unit and attempt anew: the last ones were fuzzed to their end. */
    private void renew() {
        Path root = folder();
        own.put("root", root.toString());
        own.put("store", store("{\"name\":\"%s\",\"kind\":\"filesystem\",\"root\":\"" + root + "\"}"));
        own.put("workflowId", "index/" + tenant.name() + "/" + own.get("store"));
        own.put("firstExecutionRunId", UUID.randomUUID().toString());
        own.put("chainStartedAt", "2026-01-01T00:00:00Z");
        own.put(
                "run",
                control(
                                "runs",
                                "{\"workflowId\":\"%s\",\"firstExecutionRunId\":\"%s\",\"chainStartedAt\":\"%s\"}"
                                        .formatted(
                                                own.get("workflowId"),
                                                own.get("firstExecutionRunId"),
                                                own.get("chainStartedAt")))
                        .get("run")
                        .asString());
        control("runs/" + own.get("run") + "/advance", "{\"seq\":1}");
        JsonNode units = control("runs/" + own.get("run") + "/units", "{\"seq\":1,\"max\":10}")
                .get("units");
        own.put("unit", units.get(0).get("unit").asString());
        own.put("requestId", UUID.randomUUID().toString());
        JsonNode attempt = control(
                        "units/" + own.get("unit") + "/attempts",
                        "{\"requestId\":\"" + own.get("requestId") + "\",\"after\":0}")
                .get("attempt");
        own.put("attempt", attempt.get("attempt").asString());
        own.put("ticket", attempt.get("ticket").asString());
        own.put("nonce", UUID.randomUUID().toString());
        jobToken = Victim.claim(own.get("ticket"), own.get("nonce")).send().text("access_token");
        index();
    }

    /** A file of another unit, indexed, with an artifact. */
    private void index() {
        String path = "/v1/attempts/" + own.get("attempt");
        String sha256 = Call.of(Listener.JOB, "PUT", path + "/items/0/artifacts/fixed/" + canary)
                .sending(new byte[] {7})
                .bearer(jobToken)
                .send()
                .text("sha256");
        Call.of(Listener.JOB, "POST", path + "/results")
                .lines(Victim.extraction(0, canary)
                        .replace("noop", "fixed")
                        .replace("}", ",\"artifacts\":[{\"name\":\"" + canary + "\",\"sha256\":\"" + sha256 + "\"}]}"))
                .bearer(jobToken)
                .send();
        UUID attempt = UUID.fromString(own.get("attempt"));
        API.superuser()
                .sql("update quarry.extraction set counts = true where attempt = ?")
                .param(attempt)
                .update();
        own.put("file", one("select file from quarry.attempt_item where attempt = ? and n = 0", attempt));
        own.put("artifact", one("select id from quarry.artifact where attempt = ?", attempt));
    }

    private static String one(String sql, UUID attempt) {
        return API.superuser()
                .sql(sql)
                .param(attempt)
                .query(UUID.class)
                .single()
                .toString();
    }

    Path folder() {
        try {
            Path root = API.newStoreFolder();
            for (int i = 0; i < 3; i++) {
                Files.writeString(root.resolve(canary + i + ".txt"), canary);
            }
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String store(String json) {
        String name = "s" + UUID.randomUUID().toString().substring(0, 20);
        admin("POST", "stores", json.formatted(name));
        return name;
    }

    /** Not named after the canary: who asks for another's account finds its name in his own audit log. */
    private String account() {
        String name = "p" + UUID.randomUUID();
        admin(
                "POST",
                "accounts",
                "{\"name\":\"%s\",\"password\":\"%s\",\"role\":\"VIEWER\"}".formatted(name, People.PASSWORD));
        return name;
    }

    void admin(String method, String path, String json) {
        Reply reply = Call.of(Listener.PUBLIC, method, "/api/v1/" + path)
                .json(json)
                .bearer(lasting(admin))
                .send();
        if (!reply.succeeded()) {
            throw new AssertionError(reply);
        }
    }

    static JsonNode control(String path, String json) {
        Reply reply = Call.post(Listener.CONTROL, "/control/v1/" + path, json)
                .bearer(API.token(Listener.CONTROL))
                .send();
        if (reply.status() != 200) {
            throw new AssertionError(reply);
        }
        return reply.json();
    }

    String token(FuzzedRequests.Operation operation) {
        return switch (operation.listener()) {
            case CONTROL -> API.token(Listener.CONTROL);
            case JOB -> jobToken;
            case PUBLIC, ARTIFACTS ->
                switch (operation.id()) {
                    case "rotateKey" -> TURNED.operatorToken();
                    case "changeOwnPassword" -> personsToken();
                    default -> lasting(operation.seesAllTenants() ? operator : admin);
                };
        };
    }

    private String personsToken() {
        if (person == null) {
            person = Forgery.of(Browser.token(API, tenant.name(), account(), People.PASSWORD));
        }
        return lasting(person);
    }

    /** The fuzz may take longer than a token lives. */
    private static String lasting(Forgery token) {
        return token.claim("exp", Instant.now().plusSeconds(300).getEpochSecond())
                .signed();
    }

    /** As one would be given to who signs in with the new password; that takes the time of two hashes more. */
    private static Forgery afterItsPasswordChanged(Forgery token) {
        Integer credential = (Integer) Objects.requireNonNull(token.claims().get("credential"));
        return token.claim("credential", credential + 1);
    }

    /** The next token, if an answer brought one, and what else it changes. */
    void heard(String operation, Call call, Reply reply) {
        if (!reply.succeeded()) {
            return;
        }
        switch (operation) {
            case "renew", "claim" -> jobToken = reply.text("access_token");
            case "answerDeletion" -> answered = true;
            case "changeOwnPassword" -> {
                own.put(
                        "old",
                        RunningApi.JSON.readTree(call.body()).get("password").asString());
                person = afterItsPasswordChanged(Objects.requireNonNull(person));
            }
            case "rotateKey" -> own.put("from", current(reply.json().get("keys")));
            default -> {}
        }
    }

    private String current(JsonNode keys) {
        return keys.valueStream()
                .filter(key -> key.get("state").asString().equals("CURRENT"))
                .filter(key -> key.get("purpose").asString().equalsIgnoreCase(own.get("purpose")))
                .map(key -> key.get("version").toString())
                .findFirst()
                .orElseThrow();
    }

    private boolean isOver() {
        return Call.get(Listener.JOB, "/v1/attempts/" + own.get("attempt") + "/items")
                        .bearer(jobToken)
                        .send()
                        .status()
                != 200;
    }
}
