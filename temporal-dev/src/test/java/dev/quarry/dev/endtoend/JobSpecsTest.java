package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Specs as both schedulers are sent them. */
class JobSpecsTest {
    private static final String TICKET = "qt_" + "Ab9-_".repeat(13);
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final SecretText SECRETS = new SecretText(Map.of(SECRET, "the store's key"));
    private static final String NOMAD =
            "{\"Job\":{\"Meta\":{\"store\":\"META\"},\"TaskGroups\":[{\"Tasks\":[{\"Env\":{\"QUARRY_API\":\"API\",\"QUARRY_TICKET\":\"PLACE\"}}]}]}}";
    private static final String ECS =
            "{\"tags\":[{\"key\":\"store\",\"value\":\"META\"}],\"overrides\":{\"containerOverrides\":[{\"environment\":[{\"name\":\"QUARRY_API\",\"value\":\"API\"},{\"name\":\"QUARRY_TICKET\",\"value\":\"PLACE\"}]}]}}";

    @ParameterizedTest
    @ValueSource(strings = {NOMAD, ECS})
    void aTicketMayStandInItsPlace(String spec) throws Exception {
        assertThat(findings(spec.replace("PLACE", TICKET))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {NOMAD, ECS})
    void andNowhereElse(String spec) throws Exception {
        assertThat(findings(spec.replace("API", TICKET))).containsExactly("a ticket");
        assertThat(findings(spec.replace("META", "of " + TICKET))).containsExactly("a ticket");
    }

    @ParameterizedTest
    @ValueSource(strings = {NOMAD, ECS})
    void noOtherSecretMayStandAnywhere(String spec) throws Exception {
        assertThat(findings(spec.replace("META", SECRET))).containsExactly("the store's key");
        assertThat(findings(spec.replace("API", "http://x:" + SECRET + "@y"))).containsExactly("the store's key");
    }

    private static List<String> findings(String spec) throws Exception {
        return JobSpecs.findings(List.of(spec), SECRETS);
    }
}
