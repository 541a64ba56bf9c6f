package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.BoundSettings;
import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.tenant.SiteAccess;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Which worker may work for which sites, from the variables that an operator sets. */
class ServiceIdentityTest {
    @Test
    void theOnlyWorkerWorksForEverySiteUnlessItsSitesAreNamed() {
        assertThat(worker("quarry-worker", Map.of("QUARRY_WORKER_SECRET_FILE", "/s"))
                        .sites())
                .isEqualTo(SiteAccess.ALL);
        assertThat(worker("quarry-worker", Map.of("QUARRY_WORKER_SECRET_FILE", "/s", "QUARRY_WORKER_SITES", "a,b"))
                        .sites())
                .isEqualTo(SiteAccess.only(Set.of("a", "b")));
    }

    @Test
    void furtherWorkersAreNamedByTheirVariables() {
        ServiceIdentity worker = worker(
                "quarry-worker-eu",
                Map.of(
                        "QUARRY_WORKERS_EU_SITES", "eu-west,eu-north",
                        "QUARRY_WORKERS_EU_SECRET_FILE", "/s"));
        assertThat(worker.sites()).isEqualTo(SiteAccess.only(Set.of("eu-west", "eu-north")));
        assertThat(worker.proof().variable()).isEqualTo("QUARRY_WORKERS_EU");
        assertThat(worker.proof().secretFile()).hasToString("/s");
    }

    @Test
    void whatLeavesSitesOpenIsRefused() {
        Map<String, String> eu = Map.of("QUARRY_WORKERS_EU_SITES", "eu", "QUARRY_WORKERS_EU_SECRET_FILE", "/s");
        assertThatThrownBy(() -> ServiceIdentity.all(BoundSettings.of(and(eu, "QUARRY_WORKER_SECRET_FILE", "/s"))))
                .hasMessageContaining("QUARRY_WORKER_SITES is not set");
        assertThatThrownBy(() -> BoundSettings.of(Map.of("QUARRY_WORKERS_EU_SECRET_FILE", "/s")))
                .hasStackTraceContaining("a worker client has no sites");
        assertThatThrownBy(() -> ServiceIdentity.all(
                        BoundSettings.of(Map.of("QUARRY_WORKER_SECRET_FILE", "/s", "QUARRY_WORKER_SITES", "*"))))
                .hasMessageContaining("'*' is no name of a site");
    }

    /** Spring takes such a name for two: the worker would be missing. */
    @Test
    void aWorkerWhoseNameAVariableCannotHaveIsRefused() {
        for (String variable : List.of("QUARRY_WORKERS_EU_WEST_SITES", "QUARRY_WORKERS_EU_SIGHTS", "QUARRY_WORKERS_")) {
            assertThatThrownBy(() -> checkVariables(Map.of("QUARRY_WORKERS_EU_SITES", "eu", variable, "eu-west")))
                    .hasMessageContaining(variable + " is no setting of a worker client")
                    .hasMessageContaining("a name of A-Z and 0-9 alone");
        }
        checkVariables(Map.of(
                "QUARRY_WORKERS_EU_SITES_0",
                "eu",
                "QUARRY_WORKERS_2_KEYSFILE",
                "/k",
                "QUARRY_WORKER_SITES",
                "default"));
        assertThat(RunningApi.shared().bean(WorkerVariables.class))
                .as("looked at when the API starts")
                .isNotNull();
        QuarrySettings hyphen = BoundSettings.of(Map.of(), Map.of("quarry.workers.eu-west.sites", "eu"));
        assertThatThrownBy(() -> ServiceIdentity.all(hyphen)).hasMessageContaining("named 'eu-west'; use a-z and 0-9");
    }

    private static void checkVariables(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", variables));
        new WorkerVariables(environment);
    }

    private static ServiceIdentity worker(String id, Map<String, String> variables) {
        return ServiceIdentity.of(id, BoundSettings.of(variables)).orElseThrow();
    }

    private static Map<String, String> and(Map<String, String> some, String name, String value) {
        Map<String, String> all = new TreeMap<>(some);
        all.put(name, value);
        return all;
    }
}
