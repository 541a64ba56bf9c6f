package dev.quarry.proxy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** The contract in both directions: nothing promised that is not served, nothing served that is not promised. */
class RoutesTest {
    /** Served by Spring Authorization Server's filters, not by controllers. */
    private static final Set<String> BY_FILTERS =
            Set.of("POST /oauth2/token", "GET /oauth2/jwks", "GET /oauth2/authorize", "POST /login", "POST /logout");

    private final RunningApi api = RunningApi.shared();

    @Test
    void theControllersServeExactlyWhatTheContractPromises() {
        Set<String> promised = promised();
        promised.removeAll(BY_FILTERS);
        assertThat(served()).isEqualTo(promised);
    }

    @Test
    void theContractIsServedToEverybody() {
        RunningApi.Answer answer = api.get(Listener.PUBLIC, "", "/v3/api-docs");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.json().get("openapi").asString()).startsWith("3.1");
    }

    private Set<String> promised() {
        Set<String> routes = new TreeSet<>();
        JsonNode paths = api.get(Listener.PUBLIC, "", "/v3/api-docs").json().get("paths");
        paths.properties()
                .forEach(path -> path.getValue().propertyNames().forEach(method -> {
                    if (!method.equals("parameters")) {
                        routes.add(method.toUpperCase(Locale.ROOT) + " " + anonymous(path.getKey()));
                    }
                }));
        return routes;
    }

    private Set<String> served() {
        Set<String> routes = new TreeSet<>();
        api.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .forEach((mapping, method) -> {
                    if (method.getBeanType().getPackageName().startsWith("dev.quarry")
                            && !method.getBeanType().equals(ApiDocsController.class)) {
                        mapping.getPatternValues()
                                .forEach(path -> mapping.getMethodsCondition()
                                        .getMethods()
                                        .forEach(verb -> routes.add(verb + " " + anonymous(path))));
                    }
                });
        return routes;
    }

    /** A variable's name is the reader's, its place the contract's. */
    private static String anonymous(String path) {
        return path.replaceAll("\\{[^}]*}", "{}");
    }
}
