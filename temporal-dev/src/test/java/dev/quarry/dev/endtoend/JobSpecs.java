package dev.quarry.dev.endtoend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Job specs as a scheduler is sent them. A ticket may stand where the job finds it in its environment; nothing else that is secret may be in them. */
final class JobSpecs {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TICKET = "QUARRY_TICKET";

    private JobSpecs() {}

    /** What is in specs that may not be; never the secret. */
    static List<String> findings(List<String> specs, SecretText secrets) throws JsonProcessingException {
        List<String> findings = new ArrayList<>();
        for (String spec : specs) {
            JsonNode json = JSON.readTree(spec);
            leaveTicketsOut(json);
            secrets.in(json.toString(), false).ifPresent(findings::add);
        }
        return findings;
    }

    private static void leaveTicketsOut(JsonNode node) {
        if (node instanceof ObjectNode object) {
            // Nomad: variables are an object's fields. ECS: a list of names and values.
            object.remove(TICKET);
            if (object.path("name").asText().equals(TICKET)) {
                object.remove("value");
            }
        }
        node.forEach(JobSpecs::leaveTicketsOut);
    }
}
