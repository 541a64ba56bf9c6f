package dev.quarry.proxy.openapi;

import java.io.IOException;
import java.io.InputStream;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/** Serves api/openapi.yaml, which the build puts on the class path, as JSON. */
@RestController
class ApiDocsController {
    private final String document;

    ApiDocsController(JsonMapper json) throws IOException {
        try (InputStream file = new ClassPathResource("openapi.yaml").getInputStream()) {
            Object parsed = new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
            this.document = json.writeValueAsString(parsed);
        }
    }

    @GetMapping(path = "/v3/api-docs", produces = MediaType.APPLICATION_JSON_VALUE)
    String document() {
        return document;
    }
}
