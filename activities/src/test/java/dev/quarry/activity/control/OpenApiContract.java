package dev.quarry.activity.control;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Says what is wrong with a request or an answer by api/openapi.yaml. Stricter than the schemas: no field that they do not name. */
public final class OpenApiContract {
    private static final String DOCUMENT = "urn:quarry:openapi";
    private static final String LOCAL = "\"#/components";

    private final JsonNode document;
    private final SchemaRegistry schemas;
    private final JsonMapper json = new JsonMapper();

    public OpenApiContract() throws IOException {
        Path root = Path.of(System.getProperty("quarry.root", ".."));
        document = new YAMLMapper().readTree(Files.readString(root.resolve("api/openapi.yaml")));
        String whole = json.writeValueAsString(document);
        schemas = SchemaRegistry.withDialect(
                Dialects.getOpenApi31(), builder -> builder.schemas(Map.of(DOCUMENT, whole)));
    }

    public List<String> request(String method, String path, String body) {
        JsonNode operation = operation(method, path);
        JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
        if (schema.isMissingNode()) {
            return body.isEmpty() ? List.of() : List.of(method + " " + path + " takes no body");
        }
        return check(method + " " + path, schema, body);
    }

    public List<String> answer(String method, String path, int status, String body) {
        JsonNode response = operation(method, path).path("responses").path(Integer.toString(status));
        if (response.isMissingNode()) {
            return status >= 500 || status == 401
                    ? List.of()
                    : List.of(method + " " + path + " never answers " + status);
        }
        JsonNode schema = response.at("/content/application~1json/schema");
        return schema.isMissingNode() ? List.of() : check(method + " " + path + " -> " + status, schema, body);
    }

    private JsonNode operation(String method, String path) {
        JsonNode paths = document.path("paths");
        for (String template : paths.propertyNames()) {
            if (path.matches(template.replaceAll("\\{[a-z]+}", "[^/]+"))) {
                return paths.path(template).path(method.toLowerCase(java.util.Locale.ROOT));
            }
        }
        throw new AssertionError("no such path in the contract: " + path);
    }

    private List<String> check(String where, JsonNode schema, String body) {
        String absolute = json.writeValueAsString(schema).replace(LOCAL, "\"" + DOCUMENT + "#/components");
        List<String> wrong = new ArrayList<>();
        for (Error error : schemas.getSchema(absolute, InputFormat.JSON).validate(body, InputFormat.JSON)) {
            wrong.add(where + ": " + error);
        }
        unknownFields(where, schema, json.readTree(body), wrong);
        return wrong;
    }

    private void unknownFields(String where, JsonNode schema, @Nullable JsonNode value, List<String> wrong) {
        JsonNode resolved = resolve(schema);
        if (value != null && value.isArray()) {
            value.forEach(each -> unknownFields(where, resolved.path("items"), each, wrong));
        }
        if (value == null || !value.isObject() || !resolved.has("properties")) {
            return;
        }
        for (String name : value.propertyNames()) {
            JsonNode property = resolved.path("properties").path(name);
            if (property.isMissingNode()) {
                wrong.add(where + ": the contract has no field " + name);
            } else {
                unknownFields(where + "." + name, property, value.path(name), wrong);
            }
        }
    }

    private JsonNode resolve(JsonNode schema) {
        if (schema.has("$ref")) {
            return document.at(schema.path("$ref").asString().substring(1));
        }
        for (JsonNode choice : schema.path("oneOf")) {
            if (choice.has("$ref")) {
                return resolve(choice);
            }
        }
        return schema;
    }
}
