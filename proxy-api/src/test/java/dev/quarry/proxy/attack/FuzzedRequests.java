package dev.quarry.proxy.attack;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.account.People;
import dev.quarry.proxy.listener.Listener;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Requests that the contract describes, mostly; each value may be the caller's own, somebody else's, nobody's or no such value at all. */
final class FuzzedRequests {
    private static final List<String> GARBAGE = List.of(
            "null",
            "-1",
            "99999999999999999999",
            "1e400",
            "\"\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "[]",
            "{}",
            "true",
            "[[[[]]]]",
            "\"' or 1=1 --\"",
            "\"../../etc/passwd\"",
            "\"" + "a".repeat(5_000) + "\"",
            "0.5",
            "\"\\u202e\"",
            "\"%s%n\"",
            "{\"a\":{\"b\":[1,null]}}");

    private final JsonNode contract;
    private final Random random;

    FuzzedRequests(JsonNode contract, Random random) {
        this.contract = contract;
        this.random = random;
    }

    record Operation(String id, Listener listener, String method, String path, JsonNode description) {
        /** Workers serve all tenants, and operators run them. */
        boolean seesAllTenants() {
            return listener == Listener.CONTROL || path.startsWith("/api/v1/operator/");
        }

        /** So often that no token is good any more. */
        boolean turnsKeys() {
            return id.equals("rotateKey");
        }
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        contract.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    String tag = method.getValue().get("tags").get(0).asString();
                    if (!tag.equals("token")) {
                        all.add(new Operation(
                                method.getValue().get("operationId").asString(),
                                Listener.valueOf(tag.toUpperCase(Locale.ROOT)),
                                method.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                method.getValue()));
                    }
                }));
        return all;
    }

    Call request(Operation operation, Party caller, Party other) {
        String target = operation.path();
        StringBuilder query = new StringBuilder();
        JsonNode parameters = operation.description().path("parameters");
        for (JsonNode reference : parameters) {
            JsonNode parameter = resolved(reference);
            String name = parameter.get("name").asString();
            switch (parameter.get("in").asString()) {
                case "path" ->
                    target = target.replace("{" + name + "}", encoded(pathValue(operation, name, caller, other)));
                case "query" -> {
                    if (parameter.path("required").asBoolean(false) || chance(30)) {
                        query.append(query.isEmpty() ? "?" : "&")
                                .append(name)
                                .append('=')
                                .append(encoded(text(queryValue(name, parameter.get("schema"), caller))));
                    }
                }
                default -> {}
            }
        }
        Call call = Call.of(operation.listener(), operation.method(), target + query)
                .bearer(caller.token(operation));
        return body(operation, call, caller);
    }

    private Call body(Operation operation, Call call, Party caller) {
        JsonNode content = operation.description().path("requestBody").path("content");
        if (operation.path().contains("/grants") && chance(70)) {
            return call.json("{\"kind\":\"filesystem-root\",\"value\":\"" + caller.own.get("root") + "\"}");
        }
        if (operation.id().equals("conclude") && chance(70)) {
            return call.json("{\"outcome\":\"CANCELLED\"}"); // alone it needs no epoch
        }
        if (content.has("application/json")) {
            return chance(3)
                    ? call.json(garbage())
                    : call.json(value("", content.get("application/json").get("schema"), caller, 0));
        }
        if (content.has("application/x-ndjson")) {
            JsonNode schema = content.get("application/x-ndjson").get("schema");
            return call.lines(value("", schema, caller, 0), value("", schema, caller, 0), garbage());
        }
        return content.isMissingNode() ? call : call.sending(new byte[] {1, 2, (byte) random.nextInt(3)});
    }

    private String pathValue(Operation operation, String name, Party caller, Party other) {
        if (name.equals("name")) {
            return chance(80) ? "a" + random.nextInt(1_000_000) : text(garbage());
        }
        if (name.equals("extractor")) {
            return chance(80) ? "noop" : text(garbage());
        }
        if (name.equals("n")) {
            return chance(80) ? "0" : text(garbage());
        }
        String key = switch (operation.id()) {
            case "replaceStoreKey" -> "bucket";
            case "answerDeletion" -> "asking";
            default -> name;
        };
        int choice = random.nextInt(100);
        if (choice < 70) {
            return caller.own.getOrDefault(key, "x");
        }
        if (choice < 85) {
            return other.own.getOrDefault(key, "x");
        }
        return choice < 95 ? UUID.randomUUID().toString() : text(garbage());
    }

    private String queryValue(String name, JsonNode schema, Party caller) {
        if (name.equals("after") || name.equals("folder")) {
            return garbage();
        }
        if (name.equals("store")) {
            return "\"" + caller.own.get("store") + "\"";
        }
        return name.equals("q") ? "\"" + caller.canary + "\"" : value(name, schema, caller, 0);
    }

    /** JSON after the schema; four values in a hundred are not. */
    private String value(String name, JsonNode reference, Party caller, int depth) {
        JsonNode schema = resolved(reference);
        if (depth > 0 && chance(4)) {
            return garbage();
        }
        @Nullable String known = known(name, caller);
        if (known != null) {
            return known;
        }
        if (schema.has("const")) {
            return schema.get("const").toString();
        }
        if (schema.has("enum")) {
            return schema.get("enum")
                    .get(random.nextInt(schema.get("enum").size()))
                    .toString();
        }
        if (schema.has("oneOf")) {
            return value(
                    name,
                    schema.get("oneOf").get(random.nextInt(schema.get("oneOf").size())),
                    caller,
                    depth);
        }
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? type.get(0).asString() : type.asString("null")) {
            case "object" -> object(schema, caller, depth);
            case "array" ->
                "["
                        + (schema.has("items") && chance(70)
                                ? value(name + "[]", schema.get("items"), caller, depth + 1)
                                : "")
                        + "]";
            case "integer" -> Integer.toString(schema.path("minimum").asInt(0) + random.nextInt(3));
            case "number" -> Double.toString(random.nextInt(100) / 4.0);
            case "boolean" -> Boolean.toString(random.nextBoolean());
            case "string" -> string(schema);
            default -> "null";
        };
    }

    private String object(JsonNode schema, Party caller, int depth) {
        List<String> fields = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            boolean required = schema.path("required")
                    .valueStream()
                    .anyMatch(field -> field.asString().equals(property.getKey()));
            if (required || known(property.getKey(), caller) != null || chance(15)) {
                fields.add("\"" + property.getKey() + "\":"
                        + value(property.getKey(), property.getValue(), caller, depth + 1));
            }
        }
        return "{" + String.join(",", fields) + "}";
    }

    private String string(JsonNode schema) {
        return switch (schema.path("format").asString("")) {
            case "uuid" -> "\"" + UUID.randomUUID() + "\"";
            case "date-time" -> "\"2026-01-01T00:00:00Z\"";
            default ->
                schema.path("pattern").asString("").contains("0-9a-f")
                        ? "\"" + "0".repeat(64) + "\""
                        : "\"a" + random.nextInt(1_000_000) + "\"";
        };
    }

    /** What the contract alone cannot know. */
    private static @Nullable String known(String name, Party caller) {
        return switch (name) {
            case "workflowId", "firstExecutionRunId", "chainStartedAt", "requestId", "ticket", "nonce", "root", "old" ->
                "\"" + caller.own.get(name) + "\"";
            case "units[]" -> "\"" + caller.own.get("unit") + "\"";
            case "attempts[]" -> "\"" + caller.own.get("attempt") + "\"";
            case "from" -> caller.own.get(name);
            case "seq" -> "1";
            case "kind" -> "\"filesystem\"";
            case "accessKeyId" -> "\"AKIAEXAMPLE1\"";
            case "secretAccessKey" -> "\"two\"";
            case "password" -> "\"" + People.PASSWORD + "\"";
            default -> null;
        };
    }

    private JsonNode resolved(JsonNode node) {
        if (!node.has("$ref")) {
            return node;
        }
        return contract.at(node.get("$ref").asString().substring(1));
    }

    private String garbage() {
        return GARBAGE.get(random.nextInt(GARBAGE.size()));
    }

    private static String text(String json) {
        try {
            JsonNode node = RunningApi.JSON.readTree(json);
            return node.isString() ? node.asString() : json;
        } catch (tools.jackson.core.JacksonException broken) {
            return json;
        }
    }

    private static String encoded(String value) {
        String cut = value.length() > 2_000 ? value.substring(0, 2_000) : value;
        return URLEncoder.encode(cut, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
