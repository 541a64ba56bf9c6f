package dev.quarry.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.quarry.container.job.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Holds what the agent sends against api/openapi.yaml; a field that the contract does not know is a violation too. */
final class ContractSchemas {
    private static final List<String> CLOSED =
            List.of("Claim", "Renew", "StartedLine", "DoneLine", "ExtractionLine", "Segment", "ArtifactRef");

    private final ObjectNode schemas;
    private final Map<String, Schema> compiled = new ConcurrentHashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    ContractSchemas() throws IOException {
        Path contract = Path.of(System.getProperty("quarry.root", ".."), "api", "openapi.yaml");
        JsonNode root = new YAMLMapper().readTree(Files.readString(contract));
        schemas = (ObjectNode) root.path("components").path("schemas");
        for (String closed : CLOSED) {
            ((ObjectNode) schemas.path(closed)).put("additionalProperties", false);
        }
    }

    void check(String schema, String json) {
        compiled.computeIfAbsent(schema, this::compile)
                .validate(json, InputFormat.JSON)
                .forEach(error -> violations.add(
                        schema + ": " + error + " in " + json.substring(0, Math.min(300, json.length()))));
    }

    private Schema compile(String name) {
        ObjectNode document = Json.MAPPER.createObjectNode();
        document.put("$ref", "#/components/schemas/" + name);
        document.putObject("components").set("schemas", schemas);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(document.toString(), InputFormat.JSON);
    }

    List<String> violations() {
        return List.copyOf(violations);
    }
}
