package dev.quarry.dev.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class OtherSettingsTest {
    private static JsonNode store(String json) throws Exception {
        return new ObjectMapper().readTree(json);
    }

    @Test
    void eachOptionAndVariableIsNamedWithBothValues() throws Exception {
        JsonNode stored = store("{\"includeHidden\":false,\"s3\":{\"region\":\"eu-central-1\",\"endpoint\":null}}");
        JsonNode wanted =
                store("{\"includeHidden\":true,\"s3\":{\"region\":\"us-east-1\",\"endpoint\":\"http://h:9000\"}}");
        assertThat(OtherSettings.words(stored, wanted))
                .isEqualTo("--hidden was false, is true; AWS_REGION was eu-central-1, is us-east-1;"
                        + " AWS_ENDPOINT_URL was not set, is http://h:9000");
    }

    @Test
    void nothingElseIsShown() throws Exception {
        JsonNode stored = store("{\"includeHidden\":false,\"azure\":{\"account\":\"a\"}}");
        JsonNode wanted = store("{\"includeHidden\":false,\"azure\":{\"account\":\"a\",\"accountKey\":\"secret\"}}");
        assertThat(OtherSettings.words(stored, wanted)).isEmpty();
    }
}
